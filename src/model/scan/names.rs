//! Names of files that hold secrets by their very purpose.

/// A rule about a file's name. Upper and lower case do not count.
#[derive(Debug)]
pub struct NameRule {
    /// What the name, or the end of the path where it has a slash, looks like; one `*` stands for any
    /// text without a slash.
    pub pattern: &'static str,
    /// What such a file is.
    pub what: &'static str,
}

const fn rule(pattern: &'static str, what: &'static str) -> NameRule {
    NameRule { pattern, what }
}

/// The names that do not leave a project.
pub const FORBIDDEN: [NameRule; 26] = [
    rule(".env", "is a file of environment secrets"),
    rule(".env.*", "is a file of environment secrets"),
    rule("*.env", "is a file of environment secrets"),
    rule("id_rsa", "is a private key of ssh"),
    rule("id_dsa", "is a private key of ssh"),
    rule("id_ecdsa", "is a private key of ssh"),
    rule("id_ecdsa_sk", "is a private key of ssh"),
    rule("id_ed25519", "is a private key of ssh"),
    rule("id_ed25519_sk", "is a private key of ssh"),
    rule("*.ppk", "is a private key of PuTTY"),
    rule("*.pem", "is a file of keys or certificates"),
    rule("*.p12", "is a key store"),
    rule("*.pfx", "is a key store"),
    rule("*.jks", "is a key store"),
    rule("*.keystore", "is a key store"),
    rule("*.kdbx", "is a store of passwords"),
    rule(".netrc", "is a file of passwords"),
    rule("_netrc", "is a file of passwords"),
    rule(".pgpass", "is a file of passwords"),
    rule(".htpasswd", "is a file of passwords"),
    rule(".pypirc", "is a file of credentials"),
    rule(".git-credentials", "is a file of credentials"),
    rule(".dockercfg", "is a file of credentials"),
    rule(".docker/config.json", "is a file of credentials"),
    rule(".aws/credentials", "is a file of credentials"),
    rule(".kube/config", "is a file of credentials"),
];

/// The names that only look like one of [`FORBIDDEN`]: patterns to be filled in.
pub const ALLOWED: [&str; 9] = [
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    ".env.defaults",
    "example.env",
    "sample.env",
    "template.env",
    "*.example.env",
];

/// The rule that forbids the file at this path.
pub fn forbidden(path: &str) -> Option<&'static NameRule> {
    let path = path.to_ascii_lowercase();
    if ALLOWED.iter().any(|pattern| fits(pattern, &path)) {
        return None;
    }
    FORBIDDEN.iter().find(|rule| fits(rule.pattern, &path))
}

/// Whether the last components of a path, as many as the pattern has, fit it.
fn fits(pattern: &str, path: &str) -> bool {
    let count = pattern.split('/').count();
    let from = path.rmatch_indices('/').nth(count - 1).map_or(0, |(at, _)| at + 1);
    let name = path.get(from..).unwrap_or(path);
    match pattern.split_once('*') {
        None => name == pattern,
        Some((start, end)) => {
            name.len() > start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::forbidden;

    #[test]
    fn what_holds_secrets_by_its_name() {
        for path in [
            ".env",
            "a/.env",
            ".ENV",
            ".env.local",
            ".env.production",
            "prod.env",
            "keys/id_rsa",
            "id_ed25519",
            "server.pem",
            "a/b/Server.PEM",
            "x.p12",
            ".netrc",
            "x/.aws/credentials",
            ".docker/config.json",
        ] {
            assert!(forbidden(path).is_some(), "{path}");
        }
        for path in [
            "SKILL.md",
            "env",
            "environment.md",
            ".envrc",
            ".env.example",
            "a/.env.sample",
            "example.env",
            "prod.example.env",
            "id_rsa.pub",
            "my_id_rsa.md",
            "pem",
            ".pem",
            "config.json",
            "docker/config.json",
            "credentials",
            "aws/credentials.md",
            "slides.key",
            "",
        ] {
            assert!(forbidden(path).is_none(), "{path}");
        }
    }
}
