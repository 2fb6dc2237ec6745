//! Subjects that answering machines write, in the languages of their programs.

/// Beginnings of such a subject, in lower case. An answer to one (`Re: …`) is a person's.
const BEGINS: &[&str] = &[
    "automatic reply:", "automatic reply to", "auto reply:", "auto-reply:", "autoreply:", "auto: ", "auto response:", "auto-response:", "autoresponse:", "automated reply", "automated response", "automatic response",
    "out of office", "out of the office", "out-of-office", "ooo:", "vacation:", "vacation reply", "vacation message", "away from my mail", "away from the office", "i am out of", "i'm out of office", "on vacation", "on holiday",
    "abwesenheitsnotiz", "abwesenheitsmeldung", "abwesenheitsagent", "abwesenheit", "automatische antwort", "autom. antwort", "ferienabwesenheit",
    "réponse automatique", "reponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "respuesta automática", "respuesta automatica", "fuera de la oficina", "ausente de la oficina",
    "risposta automatica", "fuori sede", "fuori ufficio", "assenza dall'ufficio", "resposta automática", "fora do escritório", "ausência temporária", "automatisch antwoord", "afwezigheid", "niet aanwezig",
    "autosvar", "automatiskt svar", "frånvaro", "fraværsmelding", "automatisk svar", "ikke på kontoret", "automaattinen vastaus", "poissa toimistosta", "odpowiedź automatyczna", "autoodpowiedź", "automatická odpověď", "nieobecność", "mimo kancelář",
];
const MORE: &[&str] = &[
    "автоматический ответ", "автоответ", "вне офиса", "автоматична відповідь", "自動応答", "自動返信", "不在", "自动回复", "自动答复", "自動回覆", "外出", "자동 회신", "부재중", "otomatik yanıt", "ofis dışında", "automatikus válasz", "răspuns automat", "αυτόματη απάντηση", "תשובה אוטומטית", "رد تلقائي",
];

/// True for the subject of an answering machine.
pub fn is_automatic(subject: &str) -> bool {
    let low = subject.trim_start_matches(['[', '*', '(', ' ']).to_lowercase();
    BEGINS.iter().chain(MORE).any(|begin| low.starts_with(begin))
}
