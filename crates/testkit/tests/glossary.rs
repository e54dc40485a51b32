//! The words that people read are those of `docs/glossary.md`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const LANGUAGES: [&str; 5] = ["zh-TW", "en", "vi", "id", "th"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What stands in the files of a language.
struct Texts {
    language: &'static str,
    files: Vec<(String, String)>,
}

impl Texts {
    fn read(language: &'static str) -> Result<Self> {
        let pages = "web-client/src/lib/i18n";
        let tag = language.to_lowercase();
        let mut paths = vec![
            format!("{pages}/{tag}.ts"),
            format!("{pages}/landing/{tag}.ts"),
        ];
        let mut folders = vec![format!("{pages}/portal/{tag}")];
        if ["zh-TW", "en"].contains(&language) {
            paths.push(format!("{pages}/house/{tag}.ts"));
            folders.push(format!("{pages}/console"));
            let file = tag.replace('-', "_");
            paths.push(format!("booking/server/src/refusal_texts/staff/{file}.rs"));
        }
        for folder in folders {
            for entry in workspace()
                .join(&folder)
                .read_dir()
                .context(folder.clone())?
            {
                let name = entry?.file_name().into_string().unwrap_or_default();
                paths.push(format!("{folder}/{name}"));
            }
        }
        let file = tag.replace('-', "_");
        for texts in [
            "booking/server/src/messages/texts",
            "booking/server/src/refusal_texts",
            "signaling/server/src/texts",
        ] {
            paths.push(format!("{texts}/{file}.rs"));
        }
        let read = |path: String| {
            let text = std::fs::read_to_string(workspace().join(&path));
            Ok((path.clone(), text.with_context(|| path)?.to_lowercase()))
        };
        let files = paths.into_iter().map(read).collect::<Result<_>>()?;
        Ok(Self { language, files })
    }

    /// The files in which a word stands: where words have spaces between them, as a whole one.
    fn with(&self, word: &str) -> Vec<&str> {
        let word = word.to_lowercase();
        let is_spaced = ["en", "vi", "id"].contains(&self.language);
        let stands = |text: &str| {
            text.match_indices(&word).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + word.len()..].chars().next();
                let is_part = |sign: Option<char>| sign.is_some_and(char::is_alphabetic);
                !is_spaced || !(is_part(before) || is_part(after))
            })
        };
        let files = self.files.iter().filter(|(_, text)| stands(text));
        files.map(|(path, _)| path.as_str()).collect()
    }
}

/// The rows of the table beneath a heading, without its head.
fn table(page: &str, heading: &str) -> Result<Vec<Vec<String>>> {
    let Some((_, section)) = page.split_once(&format!("## {heading}\n")) else {
        bail!("{heading} is not in the glossary");
    };
    let lines = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    Ok(rows.map(cells).collect())
}

fn glossary() -> Result<String> {
    Ok(std::fs::read_to_string(
        workspace().join("docs/glossary.md"),
    )?)
}

#[test]
fn every_word_of_the_glossary_is_one_that_people_read() {
    let rows = table(&glossary().unwrap(), "Words").unwrap();
    assert!(rows.len() > 40, "{} rows", rows.len());
    let mut unread = Vec::new();
    for (column, language) in LANGUAGES.into_iter().enumerate() {
        let texts = Texts::read(language).unwrap();
        for row in &rows {
            assert_eq!(row.len(), LANGUAGES.len() + 2, "{row:?}");
            let words = row[column + 1].split(" / ");
            unread.extend(
                words
                    .filter(|word| texts.with(word).is_empty())
                    .map(|word| format!("{language}: {word}")),
            );
        }
    }
    assert_eq!(unread, [""; 0]);
}

#[test]
fn no_text_has_a_word_that_the_glossary_advises_against() {
    let rows = table(&glossary().unwrap(), "Not these").unwrap();
    let mut found = Vec::new();
    for language in LANGUAGES {
        let texts = Texts::read(language).unwrap();
        let mut words = 0;
        for row in rows.iter().filter(|row| row[0] == language) {
            for word in row[1].split(" / ") {
                words += 1;
                found.extend(
                    texts
                        .with(word)
                        .iter()
                        .map(|path| format!("{path}: {word}")),
                );
            }
        }
        assert!(words > 0, "{language}");
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_word_is_found_as_a_whole_where_words_have_spaces_between_them() {
    let of = |language, text: &str| Texts {
        language,
        files: vec![("file".to_owned(), text.to_owned())],
    };
    assert_eq!(of("id", "jatah bulan ini.").with("Bulan ini"), ["file"]);
    assert_eq!(of("id", "beritahukan").with("tahu"), [""; 0]);
    assert_eq!(of("th", "ท่านจองการเยี่ยมได้").with("จองการเยี่ยม"), ["file"]);
    assert_eq!(of("zh-TW", "請完成認證。").with("認證"), ["file"]);
}
