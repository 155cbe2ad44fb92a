"""Headers that other people's sheets have for each field, in our languages and other systems'."""

from subscribers.imports.reading.status_words import plain

HEADERS: dict[str, str] = {
    # In the order in which they are asked: a typed address goes before the account with which the
    # form was filled in.
    "email": """
        email address, email, your email address, your email, mail, email id, email adress, what is
        your email address, what is your email, please enter your email address, work email, contact
        email, primary email, email primary, subscriber email, member email, emailaddress, email
        addr, email 1, email value, email 1 value, what's your email,
        what's your email address | adresse e-mail, adresse électronique, adresse
        mail, adresse de messagerie, courriel, adresse courriel, adresse de courriel, votre adresse
        e-mail, votre e-mail, votre courriel, mèl, quelle est votre adresse e-mail | correo
        electrónico, dirección de correo electrónico, dirección de correo, correo, dirección de
        e-mail, su correo electrónico, tu correo electrónico, e-mail de contacto | adresă de e-mail,
        adresa de e-mail, adresă e-mail, adresa e-mail, adresa ta de e-mail, adresa dvs de e-mail,
        poștă electronică | електронна адреса, електронна пошта, адреса електронної пошти, адреса ел
        пошти, ел пошта, ел адреса, e-mail адреса, імейл, емейл, ваша електронна адреса, ваша
        електронна пошта | البريد الإلكتروني, عنوان البريد الإلكتروني, بريد إلكتروني, البريد
        الالكتروني الخاص بك, الإيميل, ايميل, بريدك الإلكتروني | e-mail-adresse, emailadresse,
        mailadresse, ihre e-mail-adresse, deine e-mail-adresse | endereço de e-mail, e-mailadres,
        e-post, e-postadress,
        indirizzo email, adres e-mail, e-mail cím, адрес электронной почты, электронная почта |
        username, user name, nom d'utilisateur, nombre de usuario, nume de utilizator, ім'я
        користувача, اسم المستخدم, nutzername
    """,
    "timestamp": """
        timestamp, time stamp, submitted at, submission time, submitted on, date submitted,
        submission date, subscribed at, subscribe date, subscription date, date, opt in time, optin
        time, opt in date, confirm time, consent date, date added, date registered, date subscribed,
        registered at, registration date, registration time, date joined, joined, joined
        at, join date, sign up date, signup date, signed up at | horodateur, horodatage, date
        d'inscription | marca temporal, fecha de registro, fecha de inscripción, fecha | marcaj de
        timp, marcaj temporal, marcă temporală, data înscrierii | позначка
        часу, часова позначка, мітка часу, часова мітка, дата | طابع زمني, الطابع الزمني, التاريخ |
        zeitstempel, datum | carimbo de data hora, informazioni cronologiche, tijdstempel, sygnatura
        czasowa, időbélyeg, отметка времени | added time, added at, added on, created at
    """,
    "full_name": """
        full name, fullname, name, your name, your full name, name and surname, first and last name,
        first name and last name, what is your name, what's your name, what is your full name,
        subscriber name,
        display name, real name, contact name | nom complet, nom et prénom, prénom et nom, nom
        prénom, votre nom | nombre completo, nombre y apellidos, nombre y apellido, su nombre,
        nombre | nume complet, numele complet, nume și prenume, prenume și nume, numele și prenumele
        | повне ім'я, прізвище та ім'я, ім'я та прізвище, піб, ім'я | الاسم الكامل, الاسم, الاسم
        واللقب, الاسم الثلاثي | vollständiger name, vor und nachname, name vorname
    """,
    "given_name": """
        first name, firstname, given name, given names, given name s, forename, your first name,
        fname | prénom, votre prénom | nombres, primer nombre, nombre de pila | prenume, prenumele |
        перше ім'я | الاسم الأول, الاسم الشخصي | vorname
    """,
    "family_name": """
        last name, lastname, surname, family name, second name, your last name, lname | nom, nom de
        famille, votre nom de famille | apellido, apellidos | nume, nume de familie, numele de
        familie | прізвище | اسم العائلة, اللقب, الكنية | nachname, familienname
    """,
    "institution": """
        organization, organisation, organization name, organisation name, company, company name,
        institution, affiliation, employer, parliament, legislature, organisation or parliament,
        organization or parliament, your organization, your organisation | organisme, entreprise,
        société, établissement, parlement | organización, empresa, institución, entidad, parlamento
        | organizație, organizația, instituție, instituția, companie, parlament | організація,
        установа, компанія, парламент | المنظمة, المؤسسة, الشركة, الجهة, البرلمان | firma,
        unternehmen, einrichtung
    """,
    "labels": """
        labels, label, tags, tag s, tag list, user tags, contact tags, subscriber tags | étiquettes,
        tags de contact | etiquetas | etichete | мітки, теги | التصنيفات, الوسوم | etiketten,
        schlagwörter
    """,
    "country": """
        country, country of residence, your country, country region, country or region, nation,
        country code | pays, pays de résidence, votre pays | país, país de residencia | țară, țara,
        țara de reședință | країна, країна проживання | البلد, الدولة, بلد الإقامة | land
    """,
    "language": """
        language, preferred language, locale | langue, langue préférée | idioma, idioma preferido,
        lengua | limbă, limba, limba preferată | мова, бажана мова | اللغة, اللغة المفضلة | sprache
    """,
    "time_zone": (
        "time zone, timezone | fuseau horaire | zona horaria, huso horario | fus orar | "
        "часовий пояс | المنطقة الزمنية | zeitzone"
    ),
    "consent": """
        consent, gdpr, active, enabled, confirmed, is active, is confirmed, email confirmed, opt in,
        optin, opted in, email opt in | consentement, rgpd, accord | consentimiento | consimțământ,
        acord | згода | الموافقة, موافقة | einwilligung, dsgvo
    """,
    "subscribed": """
        subscribed, is subscribed, newsletter, mailing list, subscribe, email marketing, marketing
        emails, email subscription | infolettre, abonné, inscrit à la newsletter | boletín, suscrito
        | abonat, buletin informativ | розсилка, підписка, підписаний | النشرة البريدية, مشترك |
        rundbrief
    """,
    "status": """
        status, subscription status, subscriber state, subscription state, member rating status,
        email status, contact status, subscriber
        status, member status, delivery status, email permission status, delivery, reception, email
        preference |
        statut, état | estado, estatus | stare, starea | статус, стан | الحالة, حالة | zustand
    """,
    "opted_out": """
        opted out, opt out, optout, unsubscribed, unsubscribe time, unsub time, opted out date,
        email opt out, has opted out of email, is opt out, deleted at, do not email, do not contact,
        do not mail, no bulk email, no bulk emails, dnc, dnc email, email dnc, deactivated,
        deactivated at | désabonné, désinscrit | de baja, baja | dezabonat | відписаний, відписка |
        abgemeldet, abbestellt
    """,
    "bounced": (
        "bounced, hard bounced, hard bounce, clean time, on hold, hold date, bounced at, "
        "bounce date, bad email, invalid email, email is bad, email1 is bad, email 1 is bad"
    ),
    "complained": "complained, complaint, spam complaint, marked as spam, abuse, complained at",
    "suppressed": """
        suppressed, blacklisted, email blacklisted, blocklisted, email blocklisted, blacklist,
        blocklist, email disabled, deceased, is deceased, contact is deceased, deceased date, date
        of death, died, died on | décédé, date de décès, liste noire | fallecido, fecha de
        fallecimiento, lista negra | decedat, data decesului, lista neagră | помер, дата смерті,
        чорний список | متوفى, تاريخ الوفاة | verstorben, todesdatum
    """,
    # CleverReach and phpList say by these who gets nothing, other sheets who has an account, or
    # needs a ramp.
    "unclear": "activated, activated at, disabled, is disabled",
}
HARMLESS = frozenset({"active subscription", "member rating", "posting permissions"})
"""Substack's column says who pays; Mailchimp's how often somebody reads; that of Google Groups who
may write."""

KNOWN_BEGINNINGS: dict[str, str] = {
    plain(beginning): field
    for field, beginnings in {
        "institution": """
            which organization, which organisation, what organization, what organisation, name of
            your organization, name of your organisation, which parliament, quelle organisation,
            quel organisme, qué organización, ce organizație, яку організацію
        """,
        "country": """
            what country, which country, in which country, in what country, country where, country
            in which, dans quel pays, quel est votre pays, en qué país, în ce țară, в якій країні, у
            якій країні, in welchem land
        """,
        "consent": "by submitting this form",
    }.items()
    for beginning in beginnings.split(",")
}
"""Long questions are known by how they begin. None of them leads to an address: that must never be
guessed."""
