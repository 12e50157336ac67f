//! Consent of an administrator, with PKCE.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::Stage;

const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const CHALLENGE: &str = "fR4ifSAEy-7Mu6g7FHZulPKrtjqdAnUCwRFAJt2JFsA";
const CALLBACK: &str = "http://127.0.0.1:9/zalo/callback";

fn question<'a>(stage: &'a Stage, redirect_uri: &'a str, challenge: &'a str) -> Vec<(&'a str, &'a str)> {
    let app_id = stage.settings.app_id.as_str();
    vec![("app_id", app_id), ("redirect_uri", redirect_uri), ("code_challenge", challenge), ("state", "s-1")]
}

/// Presses a button of the page; where it leads.
async fn decide(stage: &Stage, decision: &str) -> url::Url {
    let mut form = question(stage, CALLBACK, CHALLENGE);
    form.push(("decision", decision));
    let staying = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = staying.post(format!("{}/v4/oa/permission", stage.url)).form(&form).send().await.expect("an answer");
    answer.headers()["location"].to_str().expect("text").parse().expect("an address")
}

fn field(url: &url::Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn exchange(stage: &Stage, code: &str, verifier: &str) -> Value {
    let app_id = stage.settings.app_id.as_str();
    let form = [("code", code), ("app_id", app_id), ("grant_type", "authorization_code"), ("code_verifier", verifier)];
    let request = stage.http.post(format!("{}/v4/oa/access_token", stage.url)).form(&form);
    let answer = request.header("secret_key", &stage.settings.app_secret).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "always");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn an_administrator_consents_and_the_code_works_once() {
    let mut stage = Stage::set().await;
    let page = stage.http.get(format!("{}/v4/oa/permission", stage.url)).query(&question(&stage, CALLBACK, CHALLENGE));
    let page = page.send().await.expect("a page");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9"), "{policy}");
    let page = page.text().await.expect("text");
    assert!(page.contains("Đồng ý") && page.contains("Từ chối"), "{page}");

    let back = decide(&stage, "agree").await;
    assert_eq!((back.path(), field(&back, "state").as_deref()), ("/zalo/callback", Some("s-1")));
    assert_eq!(field(&back, "oa_id").as_ref(), Some(&stage.settings.oa_id));
    let code = field(&back, "code").expect("a code");
    let pair = exchange(&stage, &code, VERIFIER).await;
    assert_eq!(pair["expires_in"], "90000", "a string");
    assert_eq!(exchange(&stage, &code, VERIFIER).await["error"], -14019, "used");
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], -220, "the older token is void");
    stage.access_token = pair["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], 0);
    let refreshed = stage.refresh(pair["refresh_token"].as_str().expect("a token"), &stage.settings.app_secret).await;
    assert!(refreshed["access_token"].is_string(), "{refreshed}");
}

#[tokio::test]
async fn consent_fails_as_zalo_lets_it_fail() {
    let stage = Stage::set().await;
    let refused = decide(&stage, "refuse").await;
    assert_eq!((field(&refused, "code"), field(&refused, "error").as_deref()), (None, Some("access_denied")));
    let code = field(&decide(&stage, "agree").await, "code").expect("a code");
    assert_eq!(exchange(&stage, &code, "guessed").await["error"], -14024);
    let code = field(&decide(&stage, "agree").await, "code").expect("a code");
    stage.settings.clock.advance(TimeDelta::minutes(10));
    assert_eq!(exchange(&stage, &code, VERIFIER).await["error"], -14019, "after ten minutes");

    let error = async |query: Vec<(&str, &str)>| {
        let page = stage.http.get(format!("{}/v4/oa/permission", stage.url)).query(&query).send().await;
        page.expect("an answer").json::<Value>().await.expect("JSON")["error"].clone()
    };
    assert_eq!(error(question(&stage, "http://elsewhere.example/", CHALLENGE)).await, json!(-14003));
    assert_eq!(error(question(&stage, CALLBACK, "")).await, json!(-14024), "no challenge of its own, none saved");
    assert_eq!(error(vec![("app_id", "1")]).await, json!(-14002));
}
