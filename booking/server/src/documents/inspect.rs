//! What a document is, by its content, and what is left of it when all that nobody needs is taken away.

use booking_domain::applications::DocumentKind;
use image::ImageFormat;

use super::{pdf, pictures};

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// What it is (RFC 6838).
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why a document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Neither a picture nor a PDF, or a PDF where a picture is needed.
    #[error("not a type that is taken")]
    Type,
    /// Damaged, or cut off.
    #[error("not readable")]
    Unreadable,
    /// The picture has more pixels than are taken.
    #[error("too many pixels")]
    Pixels,
    /// A PDF that is encrypted, or that does things by itself.
    #[error("a PDF that is encrypted or active")]
    Active,
}

/// Looks at a document and makes it anew. This may take a second of a core: it has no place on a thread that
/// serves others.
///
/// # Errors
/// It is none that is taken.
pub fn clean(kind: DocumentKind, bytes: &[u8]) -> Result<Clean, Rejected> {
    let found = infer::get(bytes).map(|found| found.mime_type());
    match (found, kind) {
        (Some("image/jpeg"), _) => Ok(Clean {
            media_type: "image/jpeg",
            bytes: pictures::encoded_anew(bytes, ImageFormat::Jpeg)?,
        }),
        (Some("image/png"), _) => Ok(Clean {
            media_type: "image/png",
            bytes: pictures::encoded_anew(bytes, ImageFormat::Png)?,
        }),
        (Some("application/pdf"), DocumentKind::Identity | DocumentKind::Relationship) => {
            Ok(Clean {
                media_type: "application/pdf",
                bytes: pdf::written_anew(bytes)?,
            })
        }
        _ => Err(Rejected::Type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{pdf::tests::pdf, pictures::tests::jpeg};

    #[test]
    fn the_content_decides_and_not_the_name() {
        for other in [
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".as_slice(),
            b"<html><script>alert(1)</script></html>",
            b"PK\x03\x04\x14\x00\x00\x00\x00\x00",
            b"MZ\x90\x00\x03\x00\x00\x00",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"",
        ] {
            let cleaned = clean(DocumentKind::Identity, other);
            assert_eq!(cleaned, Err(Rejected::Type), "{other:?}");
        }
    }

    #[test]
    fn a_photo_is_a_picture_and_other_documents_may_be_pdfs() {
        let pdf = pdf(&[]);
        assert_eq!(clean(DocumentKind::Photo, &pdf), Err(Rejected::Type));
        let cleaned = clean(DocumentKind::Relationship, &pdf).unwrap();
        assert_eq!(cleaned.media_type, "application/pdf");
        let picture = jpeg(8, 8);
        for kind in DocumentKind::ALL {
            assert_eq!(clean(kind, &picture).unwrap().media_type, "image/jpeg");
        }
    }
}
