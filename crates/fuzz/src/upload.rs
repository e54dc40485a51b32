//! What is uploaded: documents and lists of inmates.

use std::io::Cursor;

use booking_domain::{IMPORT_ROWS, applications::DocumentKind};
use booking_server::{InmateList, clean_document};
use image::{ImageFormat, RgbImage};
use lopdf::{Document, Object, dictionary};

/// A document that is taken has been made anew: it is taken again, as the same type.
pub(crate) fn document(input: &[u8]) {
    for kind in [DocumentKind::Identity, DocumentKind::Photo] {
        if let Ok(clean) = clean_document(kind, input) {
            let again = clean_document(kind, &clean.bytes).map(|again| again.media_type);
            assert_eq!(again, Ok(clean.media_type));
        }
    }
}

pub(crate) fn document_seeds() -> Vec<Vec<u8>> {
    vec![picture(ImageFormat::Jpeg), picture(ImageFormat::Png), pdf()]
}

fn picture(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(24, 16, |x, y| {
        image::Rgb([x, y, x * y].map(|part| (part % 251) as u8))
    });
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .expect("memory takes it");
    bytes
}

/// A document of one page.
fn pdf() -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => pages,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory takes it");
    bytes
}

/// No more rows are read than an import may have, and lines are told in their order.
pub(crate) fn inmate_list(input: &[u8]) {
    let list = InmateList::read(input);
    assert!(list.rows.len() <= IMPORT_ROWS && list.bad.len() <= IMPORT_ROWS + 1);
    assert!(list.rows.is_sorted_by(|one, next| one.0 < next.0));
    assert!(list.bad.is_sorted_by(|one, next| one.0 <= next.0));
}

pub(crate) fn list_seeds() -> Vec<Vec<u8>> {
    let lists = [
        "呼號,姓名,名\r\n2048,陳志明,志明\r\n\r\n2049,\"林,大同\",大同\r\n",
        "\u{feff}2048;陳志明\n2049,陳志明,志明,多\n,,\n",
        "呼號,姓名,名\r\n2048,陳志明,志明\r2049,\"林,大同\",大同\r\n",
    ];
    lists.map(|list| list.as_bytes().to_vec()).to_vec()
}
