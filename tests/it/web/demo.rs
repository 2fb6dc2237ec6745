//! The demonstration that goes on as a service: its link signs in once, and a case waits.

use std::process::{Command, Stdio};

use regex::Regex;

use super::Browser;
use crate::support::until::until;

#[tokio::test]
async fn the_demonstration_goes_on_with_cases_that_wait_and_a_link_that_signs_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let said = folder.path().join("said");
    let address = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let mut demo = Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
        .args(["--data-dir", folder.path().to_str().unwrap(), "demo", "--serve", &address])
        .stdout(std::fs::File::create(&said).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let printed = Regex::new(r"(http://\S+)(/sign-in/\S+)").unwrap();
    let text = until("the link is printed", 120, || async {
        let text = std::fs::read_to_string(&said).unwrap();
        printed.is_match(&text).then_some(text)
    })
    .await;
    let link = printed.captures(&text).unwrap();
    let browser = Browser::at(link[1].to_owned());
    until("the pages answer", 60, || async { std::net::TcpStream::connect(&address).is_ok().then_some(()) }).await;
    let path = &link[2];
    let signed = browser.send(path, path, &[]).await;
    assert_eq!((signed.status, signed.to()), (303, "/queue"), "{}", signed.text);
    let queue = browser.get("/queue").await;
    assert!(queue.text.contains("Locum") && queue.text.contains("Take the next case"), "{}", queue.text);
    let again = Browser::at(link[1].to_owned()).send(path, path, &[]).await;
    assert_ne!(again.status, 303, "a link signs in once");
    let sent = Command::new("kill").args(["-TERM", &demo.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert!(demo.wait().unwrap().success(), "it ends gently");
}
