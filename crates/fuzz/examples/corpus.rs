//! Writes every target's seeds where bolero looks for them, for a long run.

use std::{fs, path::Path};

fn main() -> anyhow::Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/__fuzz__");
    for target in &fuzz::TARGETS {
        let folder = tests.join(target.name).join("corpus");
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
        println!("{}", folder.display());
    }
    Ok(())
}
