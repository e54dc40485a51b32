//! PDFs (ISO 32000), parsed and written anew.
//!
//! What is written is what was parsed: bytes before, between and after the objects are gone, and with them
//! whatever another program would have found there. A document that is encrypted cannot be looked at, and one
//! that runs scripts, starts programs, sends forms or carries other files has no business here.

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::Rejected;

/// What one stream of objects may grow to, bytes.
const MAX_STREAM_BYTES: usize = 4_000_000;
/// How many streams of objects there may be.
const MAX_OBJECT_STREAMS: usize = 400;
const MAX_PAGES: usize = 100;

/// Keys that only a document has that does something by itself, or carries files (ISO 32000-1, 12.6.4,
/// 7.11.4, 12.7.8).
const ACTIVE_KEYS: [&[u8]; 6] = [
    b"JS",
    b"JavaScript",
    b"XFA",
    b"EF",
    b"EmbeddedFiles",
    b"RichMediaContent",
];
/// Types of actions and annotations that do (ISO 32000-1, tables 169 and 198).
const ACTIVE_TYPES: [&[u8]; 13] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"GoToE",
    b"GoToR",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"RichMedia",
    b"RichMediaExecute",
    b"EmbeddedFile",
    b"FileAttachment",
];

/// The same document without anything around its objects.
pub(super) fn written_anew(bytes: &[u8]) -> Result<Vec<u8>, Rejected> {
    if count(bytes, b"ObjStm") > MAX_OBJECT_STREAMS {
        return Err(Rejected::Unreadable);
    }
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let mut document =
        Document::load_mem_with_options(bytes, options).map_err(|_| Rejected::Unreadable)?;
    if document.is_encrypted() || document.encryption_state.is_some() {
        return Err(Rejected::Active);
    }
    let pages = document.get_pages().len();
    if pages == 0 || pages > MAX_PAGES {
        return Err(Rejected::Unreadable);
    }
    let trailer = Object::Dictionary(document.trailer.clone());
    if document.objects.values().chain([&trailer]).any(is_active) {
        return Err(Rejected::Active);
    }
    let mut written = Vec::new();
    document
        .save_to(&mut written)
        .map_err(|_| Rejected::Unreadable)?;
    Ok(written)
}

fn is_active(object: &Object) -> bool {
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        let dictionary = match object {
            Object::Array(objects) => {
                waiting.extend(objects);
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        if acts(dictionary) {
            return true;
        }
        waiting.extend(dictionary.iter().map(|(_, value)| value));
    }
    false
}

fn acts(dictionary: &Dictionary) -> bool {
    let has = |key: &[u8]| dictionary.has(key);
    let is = |key: &[u8]| {
        let name = dictionary.get(key).and_then(Object::as_name);
        name.is_ok_and(|name| ACTIVE_TYPES.contains(&name))
    };
    ACTIVE_KEYS.into_iter().any(has) || is(b"S") || is(b"Subtype") || is(b"Type")
}

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes
        .windows(part.len())
        .filter(|window| *window == part)
        .count()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A PDF of one empty page, with more objects behind it, each as it stands in a file.
    pub(in crate::documents) fn pdf(more: &[&str]) -> Vec<u8> {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>".to_owned(),
        ];
        objects.extend(more.iter().map(|object| (*object).to_owned()));
        let mut bytes = b"%PDF-1.5\n".to_vec();
        let mut table = String::from("0000000000 65535 f \n");
        for (index, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", bytes.len());
            bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
        }
        let (start, size) = (bytes.len(), objects.len() + 1);
        let end = format!(
            "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n\
             startxref\n{start}\n%%EOF\n"
        );
        bytes.extend(end.bytes());
        bytes
    }

    #[test]
    fn a_plain_document_is_written_anew_and_keeps_its_pages() {
        let written = written_anew(&pdf(&["<< /A (text) /S /P >>"])).unwrap();
        assert!(written.starts_with(b"%PDF-"));
        let document = Document::load_mem(&written).unwrap();
        assert_eq!(document.get_pages().len(), 1);
    }

    #[test]
    fn what_stands_around_the_objects_is_gone() {
        let mut both = pdf(&[]);
        both.extend(b"PK\x03\x04<script>alert(1)</script>");
        let written = written_anew(&both).unwrap();
        assert_eq!(count(&written, b"script"), 0);
    }

    #[test]
    fn what_does_things_by_itself_is_refused_however_deep_it_lies() {
        for active in [
            "<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
            "<< /Type /Action /S /Launch /F (cmd.exe) >>",
            "<< /A [ << /B << /S /SubmitForm >> >> ] >>",
            "<< /AcroForm << /XFA (x) >> >>",
            "<< /Type /Filespec /EF << /F 3 0 R >> >>",
            "<< /Type /Annot /Subtype /RichMedia >>",
            "<< /S /J#61vaScript >>",
            "<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream",
        ] {
            let written = written_anew(&pdf(&[active]));
            assert_eq!(written, Err(Rejected::Active), "{active}");
        }
    }

    #[test]
    fn an_encrypted_document_is_refused() {
        let plain = String::from_utf8(pdf(&[])).unwrap();
        let encrypted = plain.replace(
            "/Root 1 0 R >>",
            "/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (o) /U (u) >> >>",
        );
        assert!(written_anew(encrypted.as_bytes()).is_err());
    }

    #[test]
    fn what_is_cut_off_or_has_no_pages_is_not_readable() {
        let whole = pdf(&[]);
        for part in [
            &whole[..12],
            &whole[..whole.len() / 3],
            b"%PDF-1.7".as_slice(),
        ] {
            assert_eq!(written_anew(part), Err(Rejected::Unreadable));
        }
        let empty = String::from_utf8(whole).unwrap();
        let empty = empty.replace("/Kids [3 0 R] /Count 1", "/Kids [     ] /Count 0");
        assert_eq!(written_anew(empty.as_bytes()), Err(Rejected::Unreadable));
    }

    #[test]
    fn more_streams_of_objects_than_any_form_has_are_not_unpacked() {
        let mut bomb = pdf(&[]);
        bomb.extend(b"/ObjStm ".repeat(MAX_OBJECT_STREAMS + 1));
        assert_eq!(written_anew(&bomb), Err(Rejected::Unreadable));
    }
}
