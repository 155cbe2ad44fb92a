"""Words of links and of descriptions of pictures that say nothing, in the six languages."""


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in text.split("|"))


EMPTY_LINK_WORDS = _words(
    """
    here | click here | click | click this | click this link | press here | this | this link | link
    | this page | read more | more | learn more | find out more | see more | details | more info
    | more information | go | website | continue | tap here
    | ici | cliquez ici | cliquer ici | cliquez | ce lien | lien | lire la suite | en savoir plus
    | plus | suite | plus d’informations | plus d'informations | voir plus | par ici | cette page
    | aquí | haga clic aquí | haz clic aquí | clic aquí | pulse aquí | este enlace | enlace
    | leer más | más | más información | ver más | saber más | siga leyendo | esta página
    | aici | click aici | clic aici | faceți clic aici | apăsați aici | acest link | legătură
    | această legătură | citește mai mult | citiți mai mult | mai mult | mai multe | detalii
    | află mai multe | aflați mai multe | mai multe informații | această pagină
    | тут | тиць | натисніть тут | натисніть | клацніть тут | клікніть тут | за посиланням | сюди
    | посилання | це посилання | цим посиланням | за цим посиланням | читати далі | далі
    | детальніше | докладніше | більше | дізнатися більше | дізнатись більше | ця сторінка
    | هنا | اضغط هنا | انقر هنا | اضغطوا هنا | انقروا هنا | هذا الرابط | الرابط | رابط | المزيد
    | اقرأ المزيد | للمزيد | معرفة المزيد | اعرف المزيد | التفاصيل | هذه الصفحة
    """
)
"""In small letters. Whoever hears the links of an email one after the other learns nothing from
them (WCAG 2.4.4)."""

EMPTY_ALTS = _words(
    """
    image | picture | photo | photograph | logo | graphic | banner | illustration | img | a photo
    | a picture | an image | photographie | graphique | bannière | une photo | une image
    | imagen | foto | fotografía | dibujo | ilustración | una foto | una imagen
    | imagine | fotografie | poză | ilustrație | o imagine | o fotografie
    | зображення | фото | світлина | фотографія | картинка | ілюстрація | малюнок | логотип
    | صورة | الصورة | شعار | رسم
    """
)
"""In small letters."""
