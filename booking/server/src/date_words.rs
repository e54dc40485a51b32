//! A date in words, with its weekday, as each language writes it (`docs/glossary.md`).

use jiff::civil::Date;
use protocol::Locale;

/// From Monday on.
const ZH_TW_WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
const VI_WEEKDAYS: [&str; 7] = [
    "Thứ Hai",
    "Thứ Ba",
    "Thứ Tư",
    "Thứ Năm",
    "Thứ Sáu",
    "Thứ Bảy",
    "Chủ Nhật",
];
const ID_WEEKDAYS: [&str; 7] = [
    "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
];
const ID_MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const TH_WEEKDAYS: [&str; 7] = [
    "วันจันทร์",
    "วันอังคาร",
    "วันพุธ",
    "วันพฤหัสบดี",
    "วันศุกร์",
    "วันเสาร์",
    "วันอาทิตย์",
];
const TH_MONTHS: [&str; 12] = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
];

/// Such as `Monday, 14 December 2026`.
pub(crate) fn date_in_words(date: Date, locale: Locale) -> String {
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(date.month().unsigned_abs() - 1);
    let (year, day) = (date.year(), date.day());
    match locale {
        Locale::ZhTw => {
            let weekday = ZH_TW_WEEKDAYS[weekday];
            format!("{year}年{}月{day}日（星期{weekday}）", date.month())
        }
        Locale::En => date.strftime("%A, %-d %B %Y").to_string(),
        Locale::Vi => format!("{}, {day}/{}/{year}", VI_WEEKDAYS[weekday], date.month()),
        Locale::Id => format!(
            "{}, {day} {} {year}",
            ID_WEEKDAYS[weekday], ID_MONTHS[month]
        ),
        Locale::Th => format!(
            "{}ที่ {day} {} ค.ศ. {year}",
            TH_WEEKDAYS[weekday], TH_MONTHS[month]
        ),
    }
}
