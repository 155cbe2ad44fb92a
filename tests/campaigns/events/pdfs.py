"""PDFs as programs write them, and files that only look like one."""

PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n"
    b"0000000015 00000 n \n0000000060 00000 n \n0000000111 00000 n \n"
    b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n173\n%%EOF\n"
)
TAKEN = {
    "whole": PDF,
    "version 2": PDF.replace(b"%PDF-1.7", b"%PDF-2.0"),
    "carriage returns": PDF.replace(b"\n", b"\r"),
    "an empty line first": b"\r\n" + PDF,
    "a byte order mark first": b"\xef\xbb\xbf" + PDF,
    "padded after its end": PDF + b"\0" * 2000,
    "changed and appended to": PDF + PDF[9:],
}
REFUSED = {
    "empty": b"",
    "a web page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a web page with a PDF in it": b"<html><!--" + PDF,
    "an archive": b"PK\x03\x04" + PDF,
    "a picture": b"GIF89a" + PDF,
    "a program": b"MZ\x90\0" + PDF,
    "a name alone": b"%PDF-",
    "no version": PDF.replace(b"%PDF-1.7", b"%PDF-x.y"),
    "PostScript": b"%!PS-Adobe-3.0 PDF-1.7\n" + PDF,
    "cut off": PDF[:200],
    "much after its end": PDF + b"\0" * 5000,
    "Word, renamed": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}
