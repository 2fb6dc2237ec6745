use super::*;

fn file(text: &str) -> tempfile::NamedTempFile {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn faults(text: &str) -> Vec<String> {
    let file = file(text);
    load_with(Some(file.path()), None, &BTreeMap::new()).expect_err("must be refused").0
}

#[test]
fn the_shipped_defaults_are_a_valid_configuration() {
    let mut faults = Vec::new();
    validate::check(&Config::defaults(), &mut faults);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_unknown_key_is_named_at_once() {
    let lines = faults("[nonsense]\nx = 1\n[service]\nnmae = \"X\"\n[source.imap]\nhots = \"h\"\n").join("\n");
    for word in ["nonsense", "service.nmae", "Did you mean name?", "source.imap.hots"] {
        assert!(lines.contains(word), "{word} missing in {lines}");
    }
}

#[test]
fn every_contradiction_is_named_at_once() {
    let lines =
        faults("[service]\nmode = \"production\"\n[source]\nkind = \"imap\"\n[transport]\nkind = \"maildir\"\n")
            .join("\n");
    for word in ["source.imap.host", "source.imap.user", "source.imap.password", "transport.maildir.path", "stand-in"] {
        assert!(lines.contains(word), "{word} missing in {lines}");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_unknown_variables_are_named() {
    let file = file("[service]\nname = \"File\"\n");
    let variables = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let environment: BTreeMap<String, String> =
        variables(&[("CASECONSULTANT_SERVICE__NAME", "Env"), ("CASECONSULTANT_QUOTA__FREE_ANSWERS", "9")]);
    let config = load_with(Some(file.path()), None, &environment).unwrap();
    assert_eq!((config.service.name.as_str(), config.quota.free_answers), ("Env", 9));
    let environment = variables(&[("CASECONSULTANT_SERVIC__NAME", "x")]);
    assert!(load_with(None, None, &environment).unwrap_err().to_string().contains("CASECONSULTANT_SERVIC__NAME"));
}

#[test]
fn the_environment_may_name_the_file_and_the_command_line_wins() {
    let (named, given) = (file("[service]\nname = \"Named\"\n"), file("[service]\nname = \"Given\"\n"));
    let path = named.path().display().to_string();
    let environment = BTreeMap::from([("CASECONSULTANT_CONFIG".to_owned(), path)]);
    assert_eq!(load_with(None, None, &environment).unwrap().service.name, "Named");
    assert_eq!(load_with(Some(given.path()), None, &environment).unwrap().service.name, "Given");
}

#[test]
fn a_secret_is_never_shown() {
    let file = file("[source.imap]\npassword = \"hunter2\"\n");
    let config = load_with(Some(file.path()), None, &BTreeMap::new()).unwrap();
    let shown = format!("{config:?}{}", serde_json::to_string(&config).unwrap());
    assert!(!shown.contains("hunter2") && shown.contains("(set)"));
    assert_eq!(config.source.imap.password.expose(), "hunter2");
}

#[test]
fn a_hosted_model_in_production_needs_its_agreement() {
    let lines = faults("[service]\nmode = \"production\"\n[model]\nkind = \"openai\"\nname = \"m\"\n").join("\n");
    assert!(lines.contains("model.agreement"), "{lines}");
}

#[test]
fn production_that_can_prove_nobody_does_not_start() {
    let base = "[service]\nmode = \"production\"\n[source]\nkind = \"imap\"\n[trust]\n";
    assert!(faults(base).join("\n").contains("nobody can be proved"));
    for enough in ["authserv_id = \"mx.example.test\"", "dns = \"system\""] {
        let lines = faults(&format!("{base}{enough}\n")).join("\n");
        assert!(!lines.contains("trust."), "{lines}");
    }
    for (line, word) in [
        ("policy = \"lax\"", "trust.policy must be"),
        ("policy = \"open\"", "for trials"),
        ("dns = \"zone\"", "trust.zone_file"),
        ("arc_sealers = [\"lists.example.test\"]", "trust.arc_sealers"),
    ] {
        let lines = faults(&format!("{base}{line}\n")).join("\n");
        assert!(lines.contains(word), "{word} missing in {lines}");
    }
}

#[test]
fn figures_are_shown_to_this_host_or_for_a_token() {
    for (lines, word) in [
        ("[metrics]\nlisten = \"0.0.0.0:9380\"", "metrics.token is empty"),
        ("[metrics]\ntoken = \"short\"", "16 characters"),
        ("[web]\nlisten = \"127.0.0.1:1\"\n[metrics]\nlisten = \"127.0.0.1:1\"", "one address"),
        ("[telemetry]\notlp = \"localhost:4318\"", "telemetry.otlp must begin"),
        ("[alarm]\ndisk_percent = 51", "alarm.disk_percent"),
        ("[oauth]\nclient_secret_until = \"next year\"", "oauth.client_secret_until"),
    ] {
        let told = faults(&format!("{lines}\n")).join("\n");
        assert!(told.contains(word), "{word} missing in {told}");
    }
    for lines in [
        "listen = \"127.0.0.1:9380\"",
        "listen = \"[::1]:9380\"",
        "listen = \"0.0.0.0:9380\"\ntoken = \"0123456789abcdef\"",
    ] {
        let file = file(&format!("[metrics]\n{lines}\n"));
        assert!(load_with(Some(file.path()), None, &BTreeMap::new()).is_ok(), "{lines}");
    }
}

#[test]
fn a_share_is_of_a_hundred() {
    for key in ["sample_percent", "seed_percent"] {
        let told = faults(&format!("[review]\n{key} = 101\n")).join("\n");
        assert!(told.contains("review.sample_percent and seed_percent must be 0 to 100"), "{told}");
    }
    let file = file("[review]\nsample_percent = 100\nseed_percent = 0\n");
    assert!(load_with(Some(file.path()), None, &BTreeMap::new()).is_ok());
}

#[test]
fn the_pages_are_served_over_tls_or_to_this_host_alone() {
    for (lines, word) in [
        ("public_url = \"http://review.example.test\"", "web.public_url must be https"),
        ("public_url = \"https://review.example.test/queue\"", "web.public_url must be https"),
        ("public_url = \"http://localhost.evil.test\"", "web.public_url must be https"),
        ("listen = \"0.0.0.0:8380\"", "web.public_url is empty"),
        ("session_hours = 0", "web.session_idle_minutes must"),
        ("proxy_header = \"a: b\"", "web.proxy_header"),
        ("[web.oidc]\nissuer = \"http://login.example.test\"", "web.oidc.issuer"),
        ("[web.oidc]\nissuer = \"https://login.example.test\"", "web.oidc.client_id"),
    ] {
        let told = faults(&format!("[web]\n{lines}\n")).join("\n");
        assert!(told.contains(word), "{word} missing in {told}");
    }
    for lines in [
        "listen = \"127.0.0.1:8380\"",
        "listen = \"0.0.0.0:8380\"\npublic_url = \"https://review.example.test/\"",
        "public_url = \"http://localhost:8380\"",
    ] {
        let file = file(&format!("[web]\n{lines}\n"));
        let config = load_with(Some(file.path()), None, &BTreeMap::new()).unwrap();
        assert!(!config.web.origin().ends_with('/'));
    }
}
