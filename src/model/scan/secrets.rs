//! The secrets that are looked for, one row each. Patterns name what is distinctive about a secret: a
//! rule that cries wolf is switched off.

/// How sure a match has to be before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The form alone tells.
    None,
    /// The form tells, but manuals are full of it with letters to be replaced (`xxxx…`).
    Filler,
    /// Any word may stand there: it has to look drawn by lot, with at least this many hundredths of a
    /// bit per character, and be no word for a placeholder.
    Entropy(u32),
}

/// A kind of secret.
#[derive(Debug)]
pub struct SecretRule {
    /// Its name.
    pub id: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// A regular expression; its first group, else all of it, is the secret.
    pub pattern: &'static str,
    /// When a match does not count.
    pub doubt: Doubt,
}

const fn sure(id: &'static str, what: &'static str, pattern: &'static str) -> SecretRule {
    SecretRule { id, what, pattern, doubt: Doubt::Filler }
}

/// All of them. Where several fit a place, the first one names it.
pub const SECRETS: [SecretRule; 46] = [
    SecretRule {
        id: "private-key",
        what: "begins a private key",
        pattern: r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----",
        doubt: Doubt::None,
    },
    SecretRule {
        id: "age-secret-key",
        what: "has a private key of age",
        pattern: r"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b",
        doubt: Doubt::None,
    },
    sure("aws-access-key-id", "has an AWS access key id", r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b"),
    SecretRule {
        id: "aws-secret-access-key",
        what: "has an AWS secret access key",
        pattern: r#"(?i)aws[^\n]{0,30}?(?:secret|key)[^\n]{0,20}?["'`=:\s]([a-z0-9/+]{40})(?:[^a-z0-9/+=]|$)"#,
        doubt: Doubt::Entropy(380),
    },
    sure("github-token", "has a GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b"),
    sure("github-fine-grained-token", "has a GitHub token", r"\b(github_pat_[A-Za-z0-9_]{36,255})\b"),
    sure(
        "gitlab-token",
        "has a GitLab token",
        r"\b(gl(?:pat|dt|cbt|ptt|ft|imt|soat|agent|rt)-[A-Za-z0-9_\-]{20,})",
    ),
    sure("slack-token", "has a Slack token", r"\b(xox[abeoprs]-[0-9]{8,}[A-Za-z0-9-]{10,})"),
    sure("slack-app-token", "has a Slack token", r"\b(xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-z0-9]{20,})"),
    sure(
        "slack-webhook",
        "has the address of a Slack webhook",
        r"hooks\.slack\.com/((?:services|workflows)/T[A-Za-z0-9]{6,}/[A-Za-z0-9]{6,}/[A-Za-z0-9]{16,})",
    ),
    sure(
        "discord-webhook",
        "has the address of a Discord webhook",
        r"discord(?:app)?\.com/api/webhooks/([0-9]{17,20}/[A-Za-z0-9_\-]{60,})",
    ),
    sure("telegram-token", "has the token of a Telegram bot", r"\b([0-9]{8,10}:AA[A-Za-z0-9_\-]{33})\b"),
    sure("anthropic-key", "has an Anthropic API key", r"\b(sk-ant-[a-z]+[0-9]{2}-[A-Za-z0-9_\-]{32,})"),
    sure("openrouter-key", "has an OpenRouter API key", r"\b(sk-or-v1-[a-f0-9]{64})\b"),
    sure("openai-key", "has an OpenAI API key", r"\b(sk-(?:proj|svcacct|admin)-[A-Za-z0-9_\-]{32,})"),
    sure(
        "openai-legacy-key",
        "has an OpenAI API key",
        r"\b(sk-(?:[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48}))\b",
    ),
    sure("google-api-key", "has a Google API key", r"\b(AIza[0-9A-Za-z_\-]{35})(?:[^0-9A-Za-z_\-]|$)"),
    sure("google-client-secret", "has a Google client secret", r"\b(GOCSPX-[A-Za-z0-9_\-]{28})"),
    sure("npm-token", "has an npm token", r"\b(npm_[A-Za-z0-9]{36})\b"),
    sure("pypi-token", "has a PyPI token", r"\b(pypi-AgE[A-Za-z0-9_\-]{50,})"),
    sure("rubygems-token", "has a RubyGems key", r"\b(rubygems_[a-f0-9]{48})\b"),
    sure("crates-io-token", "has a crates.io token", r"\b(cio[A-Za-z0-9]{32})\b"),
    sure("hugging-face-token", "has a Hugging Face token", r"\b(hf_[A-Za-z0-9]{34,})\b"),
    sure("stripe-key", "has a Stripe key", r"\b((?:sk|rk)_(?:live|prod)_[A-Za-z0-9]{16,})\b"),
    sure("stripe-webhook-secret", "has a Stripe webhook secret", r"\b(whsec_[A-Za-z0-9+/]{32,})"),
    sure("sendgrid-key", "has a SendGrid key", r"\b(SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})"),
    sure("twilio-key", "has a Twilio key", r"\b(SK[0-9a-f]{32})\b"),
    sure("mailgun-key", "has a Mailgun key", r"\b(key-[0-9a-f]{32})\b"),
    sure("digitalocean-token", "has a DigitalOcean token", r"\b(do[opr]_v1_[a-f0-9]{64})\b"),
    sure("azure-storage-key", "has an Azure storage key", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    sure("vault-token", "has a Vault token", r"\b(hv[sb]\.[A-Za-z0-9_\-]{24,})"),
    sure("databricks-token", "has a Databricks token", r"\b(dapi[a-f0-9]{32})\b"),
    sure("linear-key", "has a Linear key", r"\b(lin_(?:api|oauth)_[A-Za-z0-9]{32,})\b"),
    sure("notion-token", "has a Notion token", r"\b(ntn_[0-9]{8,}[A-Za-z0-9]{30,})\b"),
    sure("shopify-token", "has a Shopify token", r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b"),
    sure("atlassian-token", "has an Atlassian token", r"\b(ATATT3[A-Za-z0-9_\-=]{100,})"),
    sure("docker-token", "has a Docker token", r"\b(dckr_(?:pat|oat)_[A-Za-z0-9_\-]{27,})"),
    sure("postman-key", "has a Postman key", r"\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b"),
    sure("groq-key", "has a Groq key", r"\b(gsk_[A-Za-z0-9]{48,})\b"),
    sure("perplexity-key", "has a Perplexity key", r"\b(pplx-[A-Za-z0-9]{40,})\b"),
    sure("replicate-token", "has a Replicate token", r"\b(r8_[A-Za-z0-9]{37,40})\b"),
    sure("tavily-key", "has a Tavily key", r"\b(tvly-(?:dev-|prod-)?[A-Za-z0-9]{24,})\b"),
    sure(
        "supabase-key",
        "has a secret key of Supabase",
        r"\b(sb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_\-]{20,}))",
    ),
    SecretRule {
        id: "jwt",
        what: "has a JSON web token",
        pattern: r"\b(eyJ[A-Za-z0-9_\-]{16,}\.eyJ[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{20,})",
        doubt: Doubt::Filler,
    },
    SecretRule {
        id: "url-password",
        what: "has a password in an address",
        pattern: r#"\b[a-z][a-z0-9+.\-]{1,20}://[^\s/:@'"<>{}$\[\]]{1,64}:([^\s/:@'"<>{}$\[\]()]{8,128})@[^\s'"/]"#,
        doubt: Doubt::Entropy(330),
    },
    SecretRule {
        id: "generic-secret",
        what: "has what looks like a secret",
        pattern: r#"(?i)(?:api[_-]?key|secret|passwd|password|token|access[_-]?key|private[_-]?key|credential)s?[a-z0-9_]{0,12}["'`]?\s{0,4}(?:=>|:=|=|:)\s{0,4}["'`]?([a-z0-9+/_.\-]{24,200}={0,2})(?:["'`\s,;)}]|$)"#,
        doubt: Doubt::Entropy(420),
    },
];
