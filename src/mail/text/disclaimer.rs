//! Confidentiality notices, warnings of gateways and feet of lists: paragraphs that nobody wrote now.

/// Phrases of such notices, in lower case. One alone may be said by anyone; two in a paragraph are a notice.
const PHRASES: &[&str] = &[
    "confidential",
    "privileged",
    "intended recipient",
    "intended only for",
    "intended solely",
    "intended for the",
    "unauthorized",
    "unauthorised",
    "disclosure",
    "dissemination",
    "received this",
    "in error",
    "notify the sender",
    "notify us",
    "delete this",
    "delete the",
    "destroy",
    "disclaimer",
    "legally",
    "protected health information",
    "hipaa",
    "before printing",
    "environment",
    "any attachments",
    "this message",
    "this e-mail",
    "this email",
    "strictly prohibited",
    "computer virus",
    "views expressed",
    "property of",
    "retain",
    "addressee",
    "vertraulich",
    "rechtlich geschützt",
    "irrtümlich",
    "unbefugt",
    "vernichten",
    "diese e-mail",
    "der richtige adressat",
    "nicht gestattet",
    "confidentiel",
    "destinataire",
    "ce message",
    "par erreur",
    "diffusion",
    "pièces jointes",
    "confidencial",
    "destinatario",
    "este mensaje",
    "por error",
    "este correo",
    "divulgación",
    "esta mensagem",
    "destinatário",
    "por engano",
    "riservat",
    "questo messaggio",
    "per errore",
    "vertrouwelijk",
    "geadresseerde",
    "dit bericht",
    "ten onrechte",
    "poufn",
    "adresat",
    "wiadomość",
    "omyłkowo",
    "конфиденциальн",
    "получател",
    "сообщение",
    "по ошибке",
    "luottamuksellinen",
    "konfidentiell",
    "fortrolig",
];
/// Beginnings that are enough alone.
const BEGINS: &[&str] = &[
    "confidentiality notice",
    "confidentiality note",
    "confidentiality statement",
    "privacy notice",
    "hipaa notice",
    "important notice:",
    "legal notice",
    "disclaimer:",
    "notice: this e-mail",
    "notice: this email",
    "this communication, including",
    "the information contained in this",
    "the information transmitted",
    "this email and any",
    "this e-mail and any",
    "this message and any",
    "this email message and any",
    "this message contains confidential",
    "please consider the environment",
    "think before you print",
    "statement of confidentiality",
    "you received this message because",
    "you are receiving this",
    "to unsubscribe",
];
/// Warnings that a gateway puts above a mail from outside.
const BANNERS: &[&str] = &[
    "caution: this email originated",
    "caution: external",
    "caution: this message",
    "[external]",
    "external email:",
    "external sender",
    "this email originated from outside",
    "this message originated from outside",
    "warning: this email",
    "you don't often get email from",
];

/// True for a paragraph that is a notice. `last` paragraphs may be one by their words alone; others only by a clear beginning.
pub fn is(paragraph: &str) -> bool {
    let low = paragraph.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[').to_lowercase();
    if BEGINS.iter().any(|begin| low.starts_with(begin)) {
        return low.chars().count() < 6_000;
    }
    let hits = PHRASES.iter().filter(|phrase| low.contains(**phrase)).count();
    hits >= 4 && low.chars().count() > 80
}

/// True for a paragraph that a gateway put there.
pub fn is_banner(paragraph: &str) -> bool {
    let low = paragraph.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[').to_lowercase();
    BANNERS.iter().any(|begin| low.starts_with(begin)) && low.chars().count() < 500
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_told_from_questions_about_them() {
        for text in [
            "CONFIDENTIALITY NOTICE: this message is for its recipient.",
            "This email message and any attachments may contain confidential information and may be privileged.",
            "Diese E-Mail enthält vertrauliche und rechtlich geschützte Informationen. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail irrtümlich erhalten haben, vernichten Sie diese Mail.",
            "Ce message et ses pièces jointes sont confidentiels; si vous n'êtes pas le destinataire ou l'avez reçu par erreur, toute diffusion est interdite.",
        ] {
            assert!(is(text), "{text}");
        }
        assert!(!is("Is the confidential report billable with 99080, and who is the intended recipient of it?"));
        assert!(is_banner("CAUTION: This email originated from outside of the organization. Do not click links."));
    }
}
