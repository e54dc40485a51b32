//! What has to be on the machine, and how it gets there.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::shell::{output_of, run_aside};

/// Something that the distribution brings.
struct Needed {
    package: &'static str,
    is_there: fn() -> bool,
}

const NEEDED: [Needed; 8] = [
    Needed {
        package: "chromium",
        is_there: || Path::new("/usr/bin/chromium").exists(),
    },
    Needed {
        package: "firefox-esr",
        is_there: || Path::new("/usr/bin/firefox-esr").exists(),
    },
    Needed {
        package: "postgresql",
        is_there: has_postgresql,
    },
    // A mail server that tests start.
    Needed {
        package: "python3-aiosmtpd",
        is_there: || Path::new("/usr/lib/python3/dist-packages/aiosmtpd").exists(),
    },
    // The relay. Tests start their own; the package's service is not needed.
    Needed {
        package: "coturn",
        is_there: || which::which("turnserver").is_ok(),
    },
    // Brings up the loopback interface in the network namespaces of browsers.
    Needed {
        package: "iproute2",
        is_there: || which::which("ip").is_ok(),
    },
    Needed {
        package: "fonts-noto-cjk",
        is_there: || Path::new("/usr/share/fonts/opentype/noto").exists(),
    },
    // The smallest with Thai letters.
    Needed {
        package: "fonts-tlwg-loma-otf",
        is_there: || Path::new("/usr/share/fonts/opentype/tlwg/Loma.otf").exists(),
    },
];

/// Node's oldest version that the web client builds with.
const NODE: u32 = 20;

/// Installs what the tests need and the machine lacks, or says how to.
pub(crate) fn install_for_tests() -> Result<()> {
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|needed| !(needed.is_there)())
        .map(|needed| needed.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        missing.join(" ")
    );
    let is_root = output_of("id", &["-u"]).is_some_and(|id| id == "0");
    if !is_root || which::which("apt-get").is_err() {
        bail!("the tests need more on this machine. As root:\n  {by_hand}");
    }
    eprintln!("installing {}", missing.join(", "));
    let mut update = Command::new("apt-get");
    run_aside(update.args(["-q", "update"]))?;
    let mut install = Command::new("apt-get");
    install
        .args(["-q", "install", "-y", "--no-install-recommends"])
        .args(&missing)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run_aside(&mut install)
}

/// Says what is missing for building, before half of it is built.
pub(crate) fn check_for_building() -> Result<()> {
    let node = output_of("node", &["--version"]);
    let major = node
        .as_deref()
        .and_then(|version| version.trim_start_matches('v').split('.').next())
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE => {}
        Some(major) => bail!("Node {NODE} or newer is needed; this is Node {major}"),
        None => bail!("Node {NODE} or newer is needed to build the pages"),
    }
    ensure!(
        which::which("npm").is_ok(),
        "npm is needed to build the pages"
    );
    ensure!(
        which::which("cc").is_ok(),
        "a C compiler is needed to build SQLite. On Debian: apt-get install gcc"
    );
    Ok(())
}

fn has_postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    which::which("initdb").is_ok()
        || versions
            .flatten()
            .any(|version| version.path().join("bin/initdb").exists())
}
