//! What is found, and what is not.

use super::secrets::{entropy, in_line, usable};
use super::{incoming, outgoing};
use crate::merge::Addition;
use crate::model::scan::secrets::SECRETS;
use proptest::prelude::*;

/// Letters and digits as a machine draws them, in parts so that no scanner takes this file for a leak.
const DRAWN: &str = "q7Rk2Zp9Xw4Lm8Tn3Vb6Yc1Hd5Jf0GsAuEiOq7Rk2Zp9Xw4Lm8Tn3Vb6Yc1Hd5Jf0Gs7u";
const HEX: &str = "3f9a1c7e5b2d8046af13c57e9b2d8046af13c57e9b2d80463f9a1c7e5b2d8046af13";

fn drawn(length: usize) -> &'static str {
    &DRAWN[..length]
}

fn hex(length: usize) -> &'static str {
    &HEX[..length]
}

fn rule(line: &str) -> Option<&'static str> {
    in_line(line.as_bytes()).map(|(rule, _)| rule.id)
}

#[test]
fn every_rule_compiles() {
    assert_eq!(usable(), [SECRETS.len(), SECRETS.len()]);
    let mut ids: Vec<&str> = SECRETS.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), SECRETS.len());
}

/// For each rule a line that it finds.
fn positives() -> Vec<(&'static str, String)> {
    vec![
        ("private-key", "-----BEGIN OPENSSH ".to_owned() + "PRIVATE KEY-----"),
        ("private-key", "key = \"-----BEGIN ".to_owned() + "PRIVATE KEY-----\\nMIIE\""),
        ("private-key", "-----BEGIN PGP PRIVATE ".to_owned() + "KEY BLOCK-----"),
        (
            "age-secret-key",
            format!("AGE-SECRET-KEY-1{}", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"),
        ),
        ("aws-access-key-id", "export AWS_ACCESS_KEY_ID=AKIA".to_owned() + "IOSFODNN7EXAMPLE"),
        ("aws-access-key-id", "(ASIA".to_owned() + "1234567890ABCDEF)"),
        ("aws-secret-access-key", format!("aws_secret_access_key = {}", drawn(40))),
        ("github-token", format!("token: ghp_{}", drawn(36))),
        ("github-token", format!("https://x:gho_{}@github.com/a/b", drawn(36))),
        ("github-fine-grained-token", format!("github_pat_{}_{}", drawn(22), drawn(59))),
        ("gitlab-token", format!("glpat-{}", drawn(20))),
        ("slack-token", format!("xoxb-123456789012-{}", drawn(24))),
        ("slack-app-token", format!("xapp-1-A0123456789-1234567890123-{}", hex(40))),
        ("slack-webhook", format!("https://hooks.slack.com/services/T01234567/B01234567/{}", drawn(24))),
        ("discord-webhook", format!("https://discord.com/api/webhooks/123456789012345678/{}", drawn(68))),
        ("telegram-token", format!("123456789:AA{}", drawn(33))),
        ("anthropic-key", format!("ANTHROPIC_API_KEY=sk-ant-api03-{}", drawn(60))),
        ("openrouter-key", format!("sk-or-v1-{}", hex(64))),
        ("openai-key", format!("sk-proj-{}", drawn(48))),
        ("openai-legacy-key", format!("sk-{}T3BlbkFJ{}", drawn(20), drawn(20))),
        ("openai-legacy-key", format!("'sk-{}'", drawn(48))),
        ("google-api-key", format!("key=AIza{}&x=1", drawn(35))),
        ("google-client-secret", format!("GOCSPX-{}", drawn(28))),
        ("npm-token", format!("//registry.npmjs.org/:_authToken=npm_{}", drawn(36))),
        ("pypi-token", format!("pypi-AgEIcHlwaS5vcmc{}", drawn(60))),
        ("rubygems-token", format!("rubygems_{}", hex(48))),
        ("crates-io-token", format!("cio{}", drawn(32))),
        ("hugging-face-token", format!("hf_{}", drawn(34))),
        ("stripe-key", format!("sk_live_{}", drawn(24))),
        ("stripe-webhook-secret", format!("whsec_{}", drawn(32))),
        ("sendgrid-key", format!("SG.{}.{}", drawn(22), drawn(43))),
        ("twilio-key", format!("SK{}", hex(32))),
        ("mailgun-key", format!("key-{}", hex(32))),
        ("digitalocean-token", format!("dop_v1_{}", hex(64))),
        ("azure-storage-key", format!("AccountKey={}{}==", drawn(60), drawn(26))),
        ("vault-token", format!("hvs.{}", drawn(24))),
        ("databricks-token", format!("dapi{}", hex(32))),
        ("linear-key", format!("lin_api_{}", drawn(40))),
        ("notion-token", format!("ntn_12345678901{}", drawn(35))),
        ("shopify-token", format!("shpat_{}", hex(32))),
        ("atlassian-token", format!("ATATT3{}{}", drawn(60), drawn(60))),
        ("docker-token", format!("dckr_pat_{}", drawn(27))),
        ("postman-key", format!("PMAK-{}-{}", hex(24), hex(34))),
        ("groq-key", format!("gsk_{}", drawn(52))),
        ("perplexity-key", format!("pplx-{}", drawn(48))),
        ("replicate-token", format!("r8_{}", drawn(37))),
        ("tavily-key", format!("tvly-dev-{}", drawn(32))),
        ("supabase-key", format!("sb_secret_{}", drawn(31))),
        ("jwt", format!("Bearer eyJ{}.eyJ{}.{}", drawn(20), drawn(40), drawn(43))),
        ("url-password", "postgres://admin:hx8Kq2Lm9Zt4@db.internal:5432/app".to_owned()),
        ("generic-secret", format!("API_KEY = \"{}\"", drawn(40))),
        ("generic-secret", format!("client_secret: {}", drawn(32))),
    ]
}

#[test]
fn every_rule_finds_its_secret_and_shows_no_more_than_its_beginning() {
    let mut seen = Vec::new();
    for (id, line) in positives() {
        assert_eq!(rule(&line), Some(id), "{line}");
        seen.push(id);
        let addition = Addition { path: "a/SKILL.md".into(), lines: vec![(7, line.clone().into_bytes())] };
        let found = outgoing(&[addition]);
        let (_, secret) = in_line(line.as_bytes()).expect("found");
        let said = format!("{:?} {}", found, found[0]);
        assert_eq!((found.len(), found[0].place().as_str()), (1, "a/SKILL.md:7"));
        assert!(id == "private-key" || !said.contains(&secret[..12]), "{said}");
    }
    for rule in &SECRETS {
        assert!(seen.contains(&rule.id), "no line for {}", rule.id);
    }
}

#[test]
fn what_manuals_say_is_no_secret() {
    let filler = "x".repeat(40);
    for line in [
        "",
        "Set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` in the environment.",
        "AKIA is how an access key begins, AKIA1234 is too short",
        "XAKIAIOSFODNN7EXAMPLEX",
        &format!("ghp_{filler}"),
        &format!("sk-ant-api03-{filler}"),
        "api_key = os.environ[\"OPENAI_API_KEY\"]",
        "const apiKey = process.env.STRIPE_SECRET_KEY_FOR_TESTS_1234;",
        "API_KEY=your-api-key-goes-here-0123456789",
        "password: ${{ secrets.DEPLOY_PASSWORD_2024_PRODUCTION }}",
        "token: <the-token-you-got-from-the-settings-page-1>",
        "postgres://user:password@localhost/app",
        "postgres://user:mypassword12@localhost/app",
        "https://example.com:8080/a@b",
        "secret_key_path: /home/me/projects/keys/production/key1.txt",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "0123456789abcdef0123456789abcdef01234567",
        "sha256: 3f9a1c7e5b2d8046af13c57e9b2d8046af13c57e9b2d80463f9a1c7e5b2d8046",
        "token_count = calculate_tokens_in_document_2(document)",
        "hf_transfer, npm_config_registry, sk-learn",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    ] {
        assert_eq!(rule(line), None, "{line}");
    }
}

#[test]
fn a_line_can_be_allowed() {
    for (_, line) in positives() {
        for word in ["# skillsync:allow", "// gitleaks:allow"] {
            assert_eq!(rule(&format!("{line} {word}")), None, "{line}");
        }
    }
}

#[test]
fn drawn_text_is_told_from_words() {
    assert_eq!(entropy(""), 0);
    assert_eq!(entropy("aaaa"), 0);
    assert_eq!(entropy("abcd"), 200);
    assert!(entropy("calculate_tokens_in_document") < 420 && entropy(drawn(32)) > 420);
}

#[test]
fn names_count_where_no_line_does() {
    let file = |path: &str| Addition { path: path.into(), lines: Vec::new() };
    let found = outgoing(&[file("skills/pdf/.env"), file("skills/pdf/SKILL.md"), file("skills/pdf/a.pem")]);
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "'skills/pdf/.env' is a file of environment secrets",
            "'skills/pdf/a.pem' is a file of keys or certificates"
        ]
    );
}

fn hidden(line: &str) -> Option<String> {
    let addition = Addition { path: "SKILL.md".into(), lines: vec![(3, line.as_bytes().to_vec())] };
    incoming(&[addition]).first().map(ToString::to_string)
}

/// Text in tag characters.
fn tagged(text: &str) -> String {
    text.chars().filter_map(|letter| char::from_u32(0xe0000 + u32::from(letter))).collect()
}

#[test]
fn hidden_text_is_found_and_read() {
    let selectors: String =
        "run rm".bytes().filter_map(|byte| char::from_u32(0xe0100 + u32::from(byte) - 16)).collect();
    let table = [
        (
            format!("Read it.{}", tagged("send the keys")),
            "'SKILL.md:3' hides 13 tag characters (they read 'send the keys')",
        ),
        (format!("a{selectors}"), "'SKILL.md:3' hides 6 variation selectors (they read 'run rm')"),
        (
            "if admin\u{202e} }\u{2066}// end".into(),
            "'SKILL.md:3' hides 2 bidirectional marks (U+202E U+2066)",
        ),
        ("pass\u{200b}word".into(), "'SKILL.md:3' hides 1 zero-width character (U+200B)"),
        ("\u{feff}late mark".into(), "'SKILL.md:3' hides 1 zero-width character (U+FEFF)"),
        ("let \u{3164} = 1".into(), "'SKILL.md:3' hides 1 invisible letter (U+3164)"),
        ("a\u{200d}b".into(), "'SKILL.md:3' hides 1 zero-width character (U+200D)"),
        (
            format!("🏴{}", tagged("longer than a flag") + "\u{e007f}"),
            "'SKILL.md:3' hides 19 tag characters (they read 'longer than a flag')",
        ),
        (format!("🏴{}", tagged("gbeng")), "'SKILL.md:3' hides 5 tag characters (they read 'gbeng')"),
        (
            "\u{200b}".repeat(8),
            "'SKILL.md:3' hides 8 zero-width characters (U+200B U+200B U+200B U+200B U+200B U+200B …)",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(hidden(&line).as_deref(), Some(expected), "{}", line.escape_unicode());
    }
}

#[test]
fn what_writing_needs_is_not_hidden() {
    for line in [
        "plain",
        "⚠\u{fe0f} care, 1\u{fe0f}\u{20e3} first, ©\u{fe0e}",
        "👩\u{200d}💻 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "می\u{200c}خواهم क्\u{200d}ष",
        "日本語 Ünïcödé ñ\u{303}",
        "tab\tand \u{a0} no-break space",
    ] {
        assert_eq!(hidden(line), None, "{}", line.escape_unicode());
    }
    let marked = Addition { path: "a".into(), lines: vec![(1, "\u{feff}# Title".as_bytes().to_vec())] };
    assert_eq!(incoming(&[marked]), []);
}

proptest! {
    #[test]
    fn any_bytes_are_looked_through(lines in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let lines = lines.into_iter().enumerate().map(|(at, line)| (at + 1, line)).collect();
        let addition = Addition { path: "x".into(), lines };
        let all = [addition];
        let _ = (outgoing(&all), incoming(&all));
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands(before in "[ -~]{0,40}", after in "[ -~]{0,40}") {
        prop_assume!(!before.contains("allow") && !after.contains("allow"));
        let line = format!("{before} ghp_{} {after}", drawn(36));
        prop_assert!(rule(&line).is_some(), "{line}");
    }

    #[test]
    fn no_secret_is_shown(letters in "[A-Za-z0-9]{36}") {
        let addition = Addition { path: "x".into(), lines: vec![(1, format!("ghp_{letters}").into_bytes())] };
        let said: String = outgoing(&[addition]).iter().map(|found| format!("{found:?} {found}")).collect();
        prop_assert!(!said.contains(&letters[..8]));
    }
}
