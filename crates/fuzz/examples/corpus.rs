//! Writes what every target begins with where bolero looks for it, for a long run.

use std::{fs, path::Path};

fn main() -> anyhow::Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/__fuzz__");
    for target in &fuzz::TARGETS {
        let folder = tests.join(target.name).join("corpus");
        fs::create_dir_all(&folder)?;
        for (number, input) in target.beginning()?.iter().enumerate() {
            fs::write(folder.join(format!("beginning-{number}")), input)?;
        }
        println!("{}", folder.display());
    }
    Ok(())
}
