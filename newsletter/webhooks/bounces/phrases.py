"""The phrases in which mail servers say why they refuse, in the languages in which they were met.

This is data; `classify` weighs it. The words are those of the answers themselves (Postfix, Exim,
Sendmail, qmail, Exchange, Gmail, Yahoo, Mail.ru, Orange, Domino, the filters before them …). A
pattern names a thing and what is said of it, never a single word that might as well be about
something else: "not found" is said of users, hosts and senders. A new answer needs a sample in
tests/payloads/bounce_corpus.
"""

import re
from collections.abc import Iterable
from enum import Enum


class BounceReason(Enum):
    """A reason that an answer gives in words."""

    AMBIGUOUS = "the mailbox or the sender, it doesn't say which"
    SENDER = "the sender: rate, reputation, authentication, sender, content, policy"
    TEMPORARY = "a mailbox that is full, or a server that can't just now"
    NO_MAILBOX = "a mailbox or a domain that doesn't exist any more"
    REFUSED = "the message was refused; it says no more"
    AFTER_CONTENT = "an unknown user, once the message itself was taken"


_MAILBOX = (
    r"(?:user(?:s|id|name)?|recipients?|accounts?|e?-?mailbox(?:es)?|mail box|address(?:es)?"
    r"|addressees?|person|alias|login"
    r"|rcpt|customer|subscriber|local.?part|e-?mail account)"
)
_GONE = (
    r"(?:unknown|not known|not found|n[o']t be found|wasn't found|isn't found|not exists?"
    r"|n[o']t exist|no longer exists?"
    r"|no longer (?:valid|available|active|in use|on server|accepts? mail)|not recogni[sz]ed"
    r"|not (?:a )?valid|isn't valid|isn't a valid"
    r"|invalid|non-?existent|not (?:be )?listed in|not (?:a )?known|not our customer|not local"
    r"|incorrect"
    r"|(?:has been |is |was |are )?(?:disabled|discontinued|deactivated|deleted|closed|terminated"
    r"|cancell?ed|inactive|inactivated|removed))"
)
_NO_MAILBOX = (
    # "no such user here", "unknown or illegal user", "bad destination mailbox address", "invalid
    # final delivery userid"
    r"\b(?:unknown|invalid|illegal|bad|no such|non-?existent|unrecogni[sz]ed|wrong|incorrect"
    r"|not a (?:known|valid))"
    rf"(?: or \w+)?(?: (?:local|destination|final|delivery|e-?mail|mail|mailbox|recipient|user|to"
    rf"|target)){{0,3}} {_MAILBOX}\b(?! error)",
    # "the email account that you tried to reach does not exist"; not "may not exist", which leaves
    # it open
    rf"\b{_MAILBOX}[^\s.;]{{0,6}}(?: name)?(?: (?!may\b|might\b|could\b|or\b"
    rf"|domain\b)[^\s.;]{{1,40}}){{0,7}}? {_GONE}\b",
    r"\bnot listed in (?:the )?(?:domino|public|directory)",
    r"no (?:mailbox|account|user|one|person|recipient) (?:here )?(?:by|with|of|under) (?:that"
    r"|this) name",
    r"\bdoes(?: not|n't) have an? [\w.-]* ?(?:account|mailbox)",
    r"\bdoes not have a final e?-?mail delivery point",
    r"mailbox (?:is )?unavailable|mailbox not available",
    r"\bno (?:valid )?(?:such )?(?:recipients?|mailbox|user|account)s? (?:here|were found|found"
    r"|on this server)",
    r"\b(?:deactivated|disabled) (?:mailbox|account|user|address)|no mail ?box available for",
    r"no matches to nameserver query|recipn?(?:ient)?notf(?:ou)?nd\b",
    r"did not (?:exactly )?match an?\b[^.]{0,20}\baddress",
    r"address (?:is )?wrong or no longer valid|that account is closed|not our (?:customer|user)",
    r"\bis (?:not|no longer) (?:an? )?(?:active|valid|existing|current) (?:user|recipient|mailbox"
    r"|account|e-?mail|address)",
    r"\bunrout(?:e)?able (?:mail )?(?:address|domain)|\bno route to (?:address|user)\b",
    # domains
    r"\b(?:domain|host)(?: name)?\b[^.;]{0,30}?\b(?:does not exist|doesn't exist|unknown"
    r"|not found|non-?existent)\b(?![,;]? try again)",
    r"\b(?:unknown|illegal|no such|non-?existent) (?:host|(?<!unknown )domain)\b|\bnxdomain\b"
    r"|couldn't find (?:any host|a mail exchanger)",
    r"does(?: not|n't) accept (?:any )?(?:e-?mail|mail)\b(?! from)|\bnull ?mx\b"
    r"|indicated no smtp service",
    # French, German, Spanish, Italian, Portuguese, Dutch, Polish
    r"(?:utilisateur|destinataire|adresse|compte|bo[iî]te)\b[^.;]{0,60}?(?:inconnue?|invalide"
    r"|inexistante?|n['’]existe pas|introuvable)",
    r"(?:empf(?:ä|ae)nger|benutzer|adresse|postfach|konto)\b[^.;]{0,60}?(?:unbekannt|ung(?:ü"
    r"|ue)ltig|existiert nicht|nicht gefunden)",
    r"unbekannte[rs]? (?:empf|benutzer|adress)",
    r"(?:usuario|destinatario|direcci[oó]n|buz[oó]n|cuenta)\b[^.;]{0,60}?(?:desconocid[oa]"
    r"|inv[aá]lid[oa]|inexistente|no existe|no encontrad[oa])",
    r"(?:utente|destinatario|casella|indirizzo)\b[^.;]{0,40}?(?:sconosciut[oa]|inesistente"
    r"|non esiste|non trovat[oa])",
    r"(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|caixa)\b[^.;]{0,40}?(?:desconhecid[oa]"
    r"|inv[aá]lid[oa]|inexistente|n[aã]o existe)",
    # Russian, Ukrainian
    r"(?:пользователь|получатель|ящик|адрес)\b[^.;]{0,40}?(?:не найден|не существует|неизвестен"
    r"|заблокирован владельцем|удал[её]н)",
    r"нет такого (?:пользователя|ящика|адреса)|(?:користувач|отримувач"
    r"|скриньк)\w*[^.;]{0,40}?(?:не знайден|не існує|невідом)",
    # Japanese, Chinese
    r"(?:ディレクトリ|宛先|あて先|ユーザー?|アドレス)[^。]{0,30}?(?:見つかりません|ありません|存在しません|不明)|宛先不明",
    r"(?:用户|收件人|邮箱|地址)[^。]{0,12}?(?:不存在|未找到)|无此用户",
)
_AMBIGUOUS = (
    r"(?:may|might) not (?:exist|be valid|be found)\b[^.]{0,20}?,? or\b",
    r"il se peut que|möglicherweise nicht vorhanden",
)
_SENDER = (
    # authentication
    r"\bspf\b|\bdkim\b|\bdmarc\b|sender policy|sender ?id\b|domainkeys|unauthenticated"
    r"|authentication(?: checks?)?[^.]{0,12}? (?:failed|required)",
    r"(?:not|isn't|wasn't) authenticated|pass (?:domain )?authentication|\barc\b[^.]{0,20}fail"
    r"|purported responsible",
    # our address or domain
    r"\bsender\b[^.;]{0,40}?\b(?:reject|den(?:y|ied)|block|refus|not |n't |verif|invalid|unknown"
    r"|ban|unauthori|blacklist|bad\b)",
    r"\b(?:reject|refus|den(?:y|ied)|block|bad|invalid|unverified|unknown|unauthori[sz]ed|forged"
    r"|fake)\w*[^.;]{0,20}?\bsender\b",
    r"\bsender(?:'s)? (?:address|domain|ip|host|mail server|reputation|name)\b|(?:domain of"
    r"|sending) (?:your|the)? ?(?:sender|domain|address)",
    r"\b(?:envelope.?from|return.?path|from address|from header|from domain|valid from)\b"
    r"|in reply to (?:mail from|helo|ehlo)",
    r"\b(?:not accept(?:ing)?|refus\w+|block\w+|reject\w+) (?:any )?(?:e-?mail|mail|messages?"
    r"|connections?) from\b",
    # our machine
    r"\b(?:your|client|sending|source|originating|connecting) (?:host|network|server|mail ?server"
    r"|system|mta|domain|isp)\b[^.;]{0,60}?"
    r"(?:reject|refus|den(?:y|ied)|block|list|\bban|\bnot\b|n't\b|\bbad\b|\bpoor\b|\bspam"
    r"|reputation|limit|unauthori|mismatch|suspicious)",
    r"\b(?:your|client|sending|source|originating|connecting) ip\b|host network not allowed",
    r"\bip\b[^.;]{0,30}?(?:block|list|reject|refus|den(?:y|ied)|ban|reputation|mismatch)"
    r"|mismatches client",
    r"\breverse dns\b|\brdns\b|\bptr\b|reverse lookup|no dns|hostname lookup|\b(?:bad|invalid"
    r"|rejected?|your) (?:helo|ehlo)\b|\bhelo\b[^.]{0,20}reject|my name was rejected",
    r"black ?-?list|block ?-?list|\bblocked\b|\bblocking\b|\brbl\b|dnsbl|spamhaus|spamcop"
    r"|\bsorbs\b|(?<!not )\blisted (?:in|at|by|on)\b|\bbanned\b",
    r"\breputation\b|(?:relay|sending|daily|hourly) quota|poor sender|senderbase|user complaints"
    r"|high volume|unexpected volume",
    # rate
    r"rate.?limit|(?:rate|connection|sending|hourly|daily|message rate) limit"
    r"|(?<!has )too many (?:messages|mails?|e-?mails?|connections|sessions"
    r"|recipients|complaints|errors|invalid|unknown|requests|concurrent|commands|hops? by you)"
    r"|too fast|unusual rate|throttl",
    # content
    r"\bspam|\bjunk\b|unsolicited|\bbulk (?:e-?)?mail|\bube\b|\buce\b|phish|\bvirus(?:es)?\b"
    r"|malware|suspicious|fraud|spoof|mcspam",
    r"\bcontent\b[^.]{0,20}?(?:reject|restrict|filter|polic|block|den|not accept)|\b(?:rejected"
    r"|blocked|denied) (?:due to|because of|for) (?:its )?content",
    r"message (?:\w+ ){0,2}?(?:size|too (?:big|large|long))|(?<!box )(?:size|length) limit|too "
    r"(?:large"
    r"|big) (?:for|message)|larger than\b[^.]{0,30}?limit\.",
    r"exceed\w*[^.;]{0,30}?(?:message|incoming|inbound|maximum|max) (?:message )?size"
    r"|maximum (?:incoming|inbound|message)[^.]{0,12}size|\bno [\w-]+ field\b",
    r"attachments? (?:reject|block|not|of type|type)|(?:banned|prohibited|illegal|blocked"
    r"|dangerous) (?:attachment|file)|bare lf|malformed (?:message|mail|header)|not rfc"
    r"|headers? (?:missing|invalid)|invalid headers?",
    # policy
    r"\bpolic(?:y|ies)\b|administrative(?:ly)? (?:prohibit|den|lock)|prohibited|(?:not"
    r"|n't) (?:be )?(?:authori[sz]ed|permitted|allowed|permit)",
    r"\bpermission (?:to|for)\b|no permission|access (?:is )?(?:denied|not)|access restrict"
    r"|restricted|delivery not authori|authentication is required|only accepts (?:mail|messages)",
    r"\brelay\w*\b[^.;]{0,30}?(?:den(?:y|ied)|not|prohibit|reject|refus)|(?:unable|refus\w+|not"
    r"|n't|cannot) (?:to )?relay|do not relay",
    r"\btls\b[^.]{0,20}required|encryption (?:needed|required)|challenge|must authenticate",
    # other languages
    r"ind[eé]sirable|r[eé]putation|liste noire|bloqu[eé]e?\b|unerw(?:ü|ue)nscht|schwarze liste"
    r"|blockiert|lista negra|bloquead|correo no deseado",
    r"спам|заблокирован(?! владельцем)|ч[её]рн\w+ списк"
    r"|迷惑メール|スパム|受信拒否|垃圾邮件|黑名单|被拒",
)
_TEMPORARY = (
    r"quota\b|(?:box|account|folder|disk|spool|storage|space|system|it) (?:[\w()]+ ){0,4}?full\b"
    r"|\bfull (?:mail)?box|out of (?:storage|space|disk)|storage (?:space|limit|allocation)"
    r"|disk (?:space|usage)",
    r"(?:mail)?box (?:size|space|limit)|exceed\w*[^.;]{0,30}?(?:mailbox|storage|space|allot)"
    r"|insufficient|no (?:disk )?space|too much mail|has too many messages",
    r"receiving (?:mail|messages) (?:at a rate|too)|receiving rate"
    r"|larger than the current system limit or",
    r"temporar|try(?:ing)? (?:again )?later|try again in\b|(?:not found|lookup"
    r"|error)[^.]{0,12}?,? try again|gr[ea]ylist|please retry|come back later",
    r"resources|\bbusy\b|overload|congest|timed? ?-?out\b|time.?out|(?:message|envelope"
    r"|delivery time|retry time) (?:has )?expired",
    r"connection (?:refused|timed|reset|lost|dropped|closed|failed)|(?:unable|failed|can't"
    r"|could not|couldn't|cannot) (?:to )?(?:establish|connect)",
    r"not reachable|unreachable|not responding|no answer|network error|\bloop(?:s|ing)?\b"
    r"|hop count|too many hops|routing loop|loops back",
    r"\b(?:dns|lookup|resolution) (?:query |lookup )?(?:failed|failure|error)(?!:)|queue too long"
    r"|not (?:been )?collected|out of order",
    r"suspended|\blocked\b|on hold|frozen|account (?:has )?expired|vacation|unverified address",
    r"pleine\b|d[eé]pass[eé]|surquota|postfach\b[^.]{0,40}?voll|speicherplatz|kontingent"
    r"|buz[oó]n\b[^.]{0,40}?llen[oa]|cuota|casella\b[^.]{0,20}?piena"
    r"|caixa\b[^.]{0,30}?cheia|\bcota\b",
    r"переполнен|квот|ящик\b[^.]{0,20}?полон|превышен|いっぱい|容量|満杯|邮箱[^。]{0,8}?满|超出|已满",
)
_REFUSED = (
    r"(?:message|mail|e-?mail|content|transaction|command|connection)s? (?:was |is "
    r"|has been )?(?:reject|refus|denied|not accepted|declined)",
    r"mail rejete|rejet[eé]|abgelehnt|rechazad|отклонен|拒否",
)
_AFTER_CONTENT = (
    r"\b(?:unknown user|user unknown)\b.{0,200}?in reply to end of data",
    r"after (?:the )?(?:end of data|i sent the message)\b.{0,200}?\b(?:unknown user|user "
    r"unknown)\b",
)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_TABLE = {
    BounceReason.AMBIGUOUS: _any_of(_AMBIGUOUS),
    BounceReason.SENDER: _any_of(_SENDER),
    BounceReason.TEMPORARY: _any_of(_TEMPORARY),
    BounceReason.NO_MAILBOX: _any_of(_NO_MAILBOX),
    BounceReason.REFUSED: _any_of(_REFUSED),
    BounceReason.AFTER_CONTENT: _any_of(_AFTER_CONTENT),
}

_CODES = re.compile(
    r"(?<![\w.])#?[245]\d\d[ -](?=\D|[245]\.\d)|(?<![\d.])#?[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)"
)
_NAMES = re.compile(
    r"<?\bhttps?://[^\s>]{0,500}>?|\bwww\.\S{0,500}"
    r"|[\w.+=%/-]{1,80}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,9}"
    r"|(?<![\w.])(?:[\w-]{1,63}\.){1,9}(?:[a-z]{2,24}|[A-Z]{2,24})(?![\w(])"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){3,9}"
)
"""Addresses, hosts and pages: a host may be called spamfilter, and a page speak of policy. All
repetitions are bounded, because anybody may write to a bounce mailbox, also text that is slow to
match."""


def reasons_in(answer: str) -> set[BounceReason]:
    """Return the reasons that the words of a mail server's answer give, none or several.

    Names and codes in it don't count as words.
    """
    words = _NAMES.sub(" ", answer.replace("’", "'"))
    words = " ".join(_CODES.sub(" ", words).lower().replace("_", " ").split())
    return {reason for reason, pattern in _TABLE.items() if pattern.search(words)}
