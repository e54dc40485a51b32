//! `openvisit admin`, as an operator types it.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::path::Path;
use std::process::Command;

/// What was printed, and whether it went well.
fn admin(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_openvisit"))
        .arg("admin")
        .args(arguments)
        .current_dir(folder)
        .env("OPENVISIT_HTTP__BIND", "127.0.0.1:0")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

#[test]
fn an_operator_sets_up_a_facility_and_keeps_a_copy_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let done = |arguments: &[&str]| {
        let (well, printed) = admin(folder.path(), arguments);
        assert!(well, "{arguments:?}: {printed}");
        printed
    };
    let refused = |arguments: &[&str]| {
        let (well, printed) = admin(folder.path(), arguments);
        assert!(!well, "{arguments:?}: {printed}");
        printed
    };
    let chief = [
        "create-administrator",
        "--login",
        "chief",
        "--name",
        "王信義",
    ];
    // Whoever has the wrong folder or configuration makes no store by it, and none is found to be whole.
    for command in [
        &["verify-audit"][..],
        &["backup", "copy.sqlite"],
        &["migrate"],
    ] {
        assert!(
            refused(command).contains("there is no store at"),
            "{command:?}"
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let password = done(&chief);
    assert_eq!(password.lines().next().unwrap().len(), 16);
    assert!(password.contains("a new one is made"), "{password}");
    assert!(refused(&chief).contains("the login is taken"));

    let facility = done(&["add-facility", "--name", "示範看守所"]);
    let facility = facility.trim();
    assert!(
        refused(&["add-facility", "--name", "x", "--time-zone", "Asia/Nowhere"]).contains("zone")
    );

    let list = folder.path().join("inmates.csv");
    std::fs::write(&list, "1024,林明華,明華\n10x5,林志遠,志遠\n").unwrap();
    let import = ["import-inmates", "--facility", facility, "inmates.csv"];
    let tried = refused(&[&import[..], &["--dry-run"]].concat());
    assert!(
        tried.contains("line 2: The number has four or six digits."),
        "{tried}"
    );
    assert!(tried.contains("1 added, 0 changed, 0 unchanged, 1 lines left out (nothing was done)"));
    let most = refused(&import);
    assert!(
        most.contains("1 added") && most.contains("1 lines were left out"),
        "{most}"
    );
    std::fs::write(&list, "1024,林明華,明華\n").unwrap();
    assert!(done(&import).contains("0 added, 0 changed, 1 unchanged, 0 lines left out"));

    assert!(done(&["verify-audit"]).contains("0 events are sealed, 3 wait."));
    assert!(refused(&["verify-audit", "--at-least", "1"]).contains("its end was cut off"));
    assert!(done(&["rotate-keys"]).contains("restart"));
    assert!(done(&["reseal"]).contains("0 values"));
    assert!(done(&["reseal", "--forget"]).contains("1 older keys are forgotten."));

    done(&["backup", "copy.sqlite"]);
    done(&["add-facility", "--name", "乙監獄"]);
    assert!(done(&["verify-audit"]).contains("4 wait"));
    assert!(refused(&["restore", "copy.sqlite"]).contains("--replace"));
    done(&["restore", "copy.sqlite", "--replace"]);
    done(&["restore", "copy.sqlite", "--replace"]);
    assert!(done(&["verify-audit"]).contains("3 wait"));
    let kept = std::fs::read_dir(folder.path().join("data")).unwrap();
    let kept = kept.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().contains(".before-")
    });
    assert_eq!(kept.count(), 2, "each store that gave way is kept");
    done(&["migrate"]);
}
