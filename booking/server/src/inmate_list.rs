//! Lists of inmates in CSV (RFC 4180): number, name, first name, in UTF-8; a line of headings is skipped.

use booking_domain::{IMPORT_ROWS, InmateRow, RowFault};
use protocol::Locale;

/// The rows of a list, and the lines that are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InmateList {
    /// Each row with its line, counted from 1.
    pub rows: Vec<(u64, InmateRow)>,
    /// The lines that are no row, and why.
    pub bad: Vec<(u64, RowFault)>,
}

impl InmateList {
    /// Reads a list.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut list = Self::default();
        let mut lines = Lines::new(bytes);
        let mut record = csv::ByteRecord::new();
        loop {
            let from = reader.position().byte();
            let read = reader.read_byte_record(&mut record);
            let line = lines.of_the_record_from(from);
            match read {
                Ok(true) => {}
                Ok(false) => return list,
                Err(_) => {
                    list.bad.push((line, RowFault::Columns));
                    return list;
                }
            }
            if list.rows.len() + list.bad.len() == IMPORT_ROWS {
                list.bad.push((line, RowFault::TooMany));
                return list;
            }
            match row(&record) {
                Ok(row) => list.rows.push((line, row)),
                Err(RowFault::Number) if line == 1 && is_heading(&record) => {}
                Err(fault) => list.bad.push((line, fault)),
            }
        }
    }
}

/// Counts the lines of a text as an editor does: each ends with LF, CR LF, or CR alone.
struct Lines<'a> {
    rest: &'a [u8],
    /// Bytes before `rest`.
    counted: usize,
    /// The line on which `rest` begins, from 1.
    line: u64,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that is looked for from byte `from` on: empty lines before it are passed over.
    /// Records are asked for in their order.
    fn of_the_record_from(&mut self, from: u64) -> u64 {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let before = from.saturating_sub(self.counted).min(self.rest.len());
        let empty = self.rest[before..]
            .iter()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'));
        let (passed, rest) = self.rest.split_at(before + empty.count());
        let ends = passed.iter().enumerate().filter(|&(at, byte)| match byte {
            b'\n' => true,
            b'\r' => passed.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line += ends.count() as u64;
        self.counted += passed.len();
        self.rest = rest;
        self.line
    }
}

fn row(record: &csv::ByteRecord) -> Result<InmateRow, RowFault> {
    let fields: Vec<&str> = record
        .iter()
        .map(|field| std::str::from_utf8(field).map_err(|_| RowFault::Columns))
        .collect::<Result<_, _>>()?;
    match fields[..] {
        [number, name, first_name] => InmateRow::new(number, name, first_name),
        _ => Err(RowFault::Columns),
    }
}

fn is_heading(record: &csv::ByteRecord) -> bool {
    record
        .get(0)
        .is_some_and(|field| !field.iter().any(u8::is_ascii_digit))
}

/// What people read about a line. Only staff import lists, so it is in the languages of their pages.
#[must_use]
pub const fn row_fault_text(fault: RowFault, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhTw => match fault {
            RowFault::Columns => "每一列須有三欄：呼號、姓名、名字，檔案編碼為 UTF-8。",
            RowFault::Number => "呼號須為四位或六位數字。",
            RowFault::Name => "請填寫姓名，最多 80 個字，不含數字。",
            RowFault::FirstName => "名字須是姓名的一部分。",
            RowFault::Repeated => "同一個呼號在檔案中出現過。",
            RowFault::OtherName => {
                "這個呼號目前屬於另一位收容人，請先確認是否為同一人，或先辦理移監、出監。"
            }
            RowFault::TooMany => "一次最多匯入 5,000 列，請分成幾個檔案。",
        },
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => match fault {
            RowFault::Columns => "A row has three columns: number, name, first name, in UTF-8.",
            RowFault::Number => "The number has four or six digits.",
            RowFault::Name => "Please give the name, at most 80 characters, without digits.",
            RowFault::FirstName => "The first name is a part of the name.",
            RowFault::Repeated => "An earlier row has the same number.",
            RowFault::OtherName => {
                "An inmate of another name has this number. Please see whether it is the same \
                 person, or note first that the other has left."
            }
            RowFault::TooMany => "A file has at most 5,000 rows. Please use several.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rows_are_read_and_bad_ones_told_by_their_line() {
        let text = "\u{feff}呼號,姓名,名字\n1024,林明華,明華\n\n10x4,林志遠,志遠\n1025,\"陳, 大\",大\n\
                    1026,王\n1027,王小明,小華\n";
        let list = InmateList::read(text.as_bytes());
        let lines: Vec<_> = list
            .rows
            .iter()
            .map(|(line, row)| (*line, &*row.number))
            .collect();
        assert_eq!(lines, [(2, "1024"), (5, "1025")]);
        let faults = [
            (4, RowFault::Number),
            (6, RowFault::Columns),
            (7, RowFault::FirstName),
        ];
        assert_eq!(list.bad, faults);
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let ends = |end: &str| {
            let text = "呼號,姓名,名字|1024,林明華,明華||1025,\"陳|大\",大|1026,林志遠,志遠"
                .replace('|', end);
            let list = InmateList::read(text.as_bytes());
            let good: Vec<u64> = list.rows.iter().map(|(line, _)| *line).collect();
            let bad: Vec<u64> = list.bad.iter().map(|(line, _)| *line).collect();
            [good, bad].concat()
        };
        assert_eq!(ends("\n"), ends("\r\n"));
        assert_eq!(ends("\n"), ends("\r"));
        let mixed = "1024,林明華,明華\r1025,林志遠,志遠\r\n1026,王小明,小明\n\r1027,王大明,大明";
        let lines: Vec<u64> = InmateList::read(mixed.as_bytes())
            .rows
            .iter()
            .map(|(line, _)| *line)
            .collect();
        assert_eq!(lines, [1, 2, 3, 5]);
    }

    #[test]
    fn a_file_of_another_encoding_or_without_end_is_told_and_not_taken() {
        let list = InmateList::read(b"1024,\xaa\xaa,\xaa\n");
        assert_eq!(
            (list.rows.len(), &*list.bad),
            (0, &[(1, RowFault::Columns)][..])
        );
        let many = "1024,林明華,明華\n".repeat(IMPORT_ROWS + 7);
        let list = InmateList::read(many.as_bytes());
        assert_eq!(list.rows.len(), IMPORT_ROWS);
        assert_eq!(list.bad, [(5001, RowFault::TooMany)]);
    }
}
