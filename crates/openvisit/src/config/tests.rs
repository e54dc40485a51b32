use super::*;

fn load(toml: &str) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("openvisit.toml");
    std::fs::write(&file, toml).unwrap();
    Config::load(Some(&file))
}

#[test]
fn an_empty_file_gives_the_defaults() {
    assert_eq!(load("").unwrap(), Config::default());
}

#[test]
fn the_example_of_a_facility_is_usable_as_it_is() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/openvisit.toml");
    let config = Config::load(Some(Path::new(example))).unwrap();
    assert_eq!(config.http.public_url, "https://visit.example");
    assert_eq!(config.media.first_port, 40_000);
}

#[test]
fn a_way_of_messages_without_what_it_needs_is_refused() {
    let error = load("[messages]\nsms = 'mitake'").unwrap_err();
    assert!(
        error.to_string().contains("messages.mitake.username"),
        "{error}"
    );
    let error = load("[messages]\nsms = 'pigeon'").unwrap_err();
    assert!(error.to_string().contains("pigeon"), "{error}");
}

#[test]
fn messages_that_reach_nobody_stand_in_a_file_unless_it_is_named_away() {
    let file = |toml| load(toml).unwrap().messages.file;
    assert_eq!(file(""), Path::new("data/outbox.jsonl"));
    assert_eq!(
        file("[messages]\nemail = 'local'"),
        Path::new("data/outbox.jsonl")
    );
    assert_eq!(
        file("[messages]\nfile = '/srv/outbox.jsonl'"),
        Path::new("/srv/outbox.jsonl")
    );
    assert_eq!(file("[messages]\nfile = ''"), Path::new(""));
}

#[test]
fn people_are_known_for_as_long_as_the_law_wants() {
    let error = load("[retention]\nvisit_days = 30").unwrap_err();
    assert!(
        error.to_string().contains("retention.visit_days"),
        "{error}"
    );
    assert!(load("[retention]\ninmate_days = 90").is_ok());
}

#[test]
fn a_misspelt_field_is_refused_by_name() {
    let error = load("[http]\npublik_url = 'https://visit.example'").unwrap_err();
    assert!(error.to_string().contains("publik_url"), "{error}");
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let error = load("[http]\ntls_certificate = 'chain.pem'").unwrap_err();
    assert!(error.to_string().contains("tls_key"), "{error}");
}

#[test]
fn an_unspecified_media_address_needs_announced_ones() {
    assert!(load("[media]\nbind = '0.0.0.0'").is_err());
    assert!(load("[media]\nbind = '0.0.0.0'\nannounced = ['192.0.2.7']").is_ok());
}

#[test]
fn an_announced_address_is_one_that_clients_can_reach() {
    for announced in ["0.0.0.0", "::"] {
        let error = load(&format!("[media]\nannounced = ['{announced}']")).unwrap_err();
        assert!(error.to_string().contains("media.announced"), "{error}");
    }
}

#[test]
fn a_store_of_an_unknown_kind_is_refused() {
    let error = load("[store]\nurl = 'mysql://localhost/visits'").unwrap_err();
    assert!(error.to_string().contains("store.url"), "{error}");
}

#[test]
fn who_uses_but_a_part_is_not_asked_for_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("openvisit.toml");
    std::fs::write(&file, "[messages]\nsms = 'mitake'").unwrap();
    assert!(Config::load(Some(&file)).is_err());
    assert!(Config::read(Some(&file)).is_ok());
}

#[test]
fn a_public_url_with_a_path_is_refused() {
    assert!(load("[http]\npublic_url = 'https://visit.example/app'").is_err());
    assert!(load("[http]\npublic_url = 'visit.example'").is_err());
    assert!(load("[http]\npublic_url = 'https://visit.example; script-src *'").is_err());
}

#[test]
fn on_this_machine_both_of_its_names_are_ours() {
    let origins = Config::default().http.origins();
    assert_eq!(origins, ["http://127.0.0.1:8080", "http://localhost:8080"]);
    let public = load("[http]\npublic_url = 'https://visit.example'").unwrap();
    assert_eq!(public.http.origins(), ["https://visit.example"]);
}

#[test]
fn a_relay_that_is_none_is_refused_by_name() {
    let error = load("[relay]\nurls = ['stun:relay.example']").unwrap_err();
    assert!(error.to_string().contains("stun:relay.example"), "{error}");
    assert!(load("[relay]\nurls = ['turns:relay.example:443?transport=tcp']").is_ok());
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    assert!(Config::load(Some(Path::new("no-such-file.toml"))).is_err());
}
