use super::*;

fn deliver(folder: &Path, name: &str, bytes: &[u8]) {
    make_folders(folder).unwrap();
    fs::write(folder.join("new").join(name), bytes).unwrap();
}

fn files(folder: &Path, sub: &str) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.join(sub)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn messages_come_oldest_first_and_leave_new_when_settled() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1700000003.c.host", "1700000001.a.host", "1700000002.b.host"] {
        deliver(folder.path(), name, name.as_bytes());
    }
    let mut source = MaildirSource::new(folder.path(), 1000);
    let batch = source.fetch(None, 2).await.unwrap();
    assert!(batch.more);
    let names: Vec<_> = batch.messages.iter().map(|m| String::from_utf8_lossy(m.raw.bytes()).into_owned()).collect();
    assert_eq!(names, ["1700000001.a.host", "1700000002.b.host"]);
    assert!(batch.messages.iter().all(|m| m.uid.0 > 0));

    source.settle(&[batch.messages[0].uid], Disposition::Processed).await.unwrap();
    source.settle(&[batch.messages[1].uid], Disposition::Quarantined).await.unwrap();
    source.settle(&[batch.messages[1].uid], Disposition::Quarantined).await.unwrap();
    assert_eq!(files(folder.path(), "cur"), ["1700000001.a.host:2,S", "1700000002.b.host:2,F"]);

    let rest = source.fetch(Some(batch.cursor), 2).await.unwrap();
    assert_eq!((rest.messages.len(), rest.more), (1, false));
}

#[tokio::test]
async fn of_a_message_over_the_limit_only_the_header_is_read() {
    let folder = tempfile::tempdir().unwrap();
    deliver(folder.path(), "1.big", format!("Subject: a\r\nTo: b\r\n\r\n{}", "x".repeat(2000)).as_bytes());
    let batch = MaildirSource::new(folder.path(), 1000).fetch(None, 10).await.unwrap();
    assert_eq!(batch.messages[0].size, 2021);
    assert!(matches!(&batch.messages[0].raw, Raw::HeaderOnly(bytes) if bytes == b"Subject: a\r\nTo: b\r\n\r\n"));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    make_folders(folder.path()).unwrap();
    fs::create_dir(folder.path().join("new/1.folder")).unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.path().join("new/2.gone")).unwrap();
    deliver(folder.path(), "3.good", b"good");
    let mut source = MaildirSource::new(folder.path(), 1000);
    let batch = source.fetch(None, 1).await.unwrap();
    assert_eq!((batch.messages.len(), batch.messages[0].raw.bytes()), (1, &b"good"[..]));
}

#[tokio::test]
async fn waiting_ends_with_news_or_with_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = MaildirSource::new(folder.path(), 1000);
    source.wait(Duration::from_millis(10)).await.unwrap();
    let path = folder.path().to_owned();
    let (waited, ()) = tokio::join!(source.wait(Duration::from_secs(20)), async { deliver(&path, "1.new", b"x") });
    waited.unwrap();
    assert_eq!(source.fetch(None, 10).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn each_mail_becomes_a_file_of_its_own_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let envelope = Envelope { from: "a@b.test".into(), to: "c@d.test".into(), copy: String::new() };
    let wire = b"From: a@b.test\r\nMessage-ID: <cc-1.1@b/../x.test>\r\n\r\nMessage-ID: <body>\r\n";
    let first = MaildirTransport::new(folder.path()).send(&envelope, wire).await.unwrap();
    let second = MaildirTransport::new(folder.path()).send(&envelope, b"\r\nbody").await.unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("000001.cc-1.1@b..x.test.eml", "000002.no-id.eml"));
    assert_eq!(files(folder.path(), "new"), [first.clone(), second]);
    assert_eq!(files(folder.path(), "tmp"), Vec::<String>::new());
    assert_eq!(fs::read(folder.path().join("new").join(first)).unwrap(), wire);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_a_temporary_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), b"").unwrap();
    let transport = MaildirTransport::new(folder.path().join("file/mail"));
    let envelope = Envelope { from: "a@b.test".into(), to: "c@d.test".into(), copy: String::new() };
    assert!(matches!(transport.send(&envelope, b"x").await, Err(SendError::Temporary(_))));
    assert!(transport.probe().await.is_err_and(|error| error.is_transient()));
}
