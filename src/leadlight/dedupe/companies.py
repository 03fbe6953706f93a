"""What tells that people belong to one company: a mail domain of its own, its site, its name
without the legal form.
"""

from __future__ import annotations

import re
import unicodedata

_FREE_MAIL = """
    163.com 126.com 21cn.com abv.bg aim.com aol.com aol.co.uk arcor.de att.net bellsouth.net
    bigpond.com bk.ru
    bluewin.ch btinternet.com centrum.cz charter.net comcast.net cox.net daum.net earthlink.net
    email.com email.cz
    facebook.com fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch
    gmx.com gmx.de gmx.net
    google.com googlemail.com hanmail.net hey.com home.nl hotmail.be hotmail.ca hotmail.ch
    hotmail.co.uk hotmail.com
    hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl icloud.com inbox.lv
    inbox.ru interia.pl
    juno.com laposte.net libero.it list.ru live.ca live.co.uk live.com live.com.au live.de live.fr
    live.it live.nl
    mac.com mail.bg mail.com mail.de mail.ru me.com msn.com naver.com neuf.fr ntlworld.com o2.pl
    onet.pl optonline.net
    optusnet.com.au orange.fr outlook.com outlook.de outlook.es outlook.fr outlook.it pm.me
    posteo.de proton.me
    protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt
    sbcglobal.net
    seznam.cz sfr.fr shaw.ca sina.com sky.com sohu.com t-online.de talktalk.co.uk telenet.be
    terra.com.br tiscali.it
    tuta.com tutanota.com ukr.net uol.com.br verizon.net virgilio.it virgin.net virginmedia.com
    vodafone.de wanadoo.fr
    web.de windowslive.com wp.pl ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com
    yahoo.com.ar yahoo.com.au
    yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru
    ymail.com zoho.com
    ziggo.nl zonnet.nl
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
"""Providers of mail for anybody; a longer list may be given in the settings."""

_ROLES = """
    abuse accounting accounts admin administrator all billing booking bookings bureau business
    careers contact contacto
    contato customerservice customersupport direction einkauf enquiries enquiry feedback finance
    frontdesk hello hallo
    help helpdesk hi hola hostmaster hr info information informacion inquiries inquiry invoice it
    jobs kontakt legal mail
    mailbox marketing media news newsletter no-reply noreply office orders personal postmaster press
    privacy purchasing
    reception recruiting reservations root sales secretary security service shop support team tech
    vendas ventas
    verkauf vertrieb web webmaster welcome
"""
ROLES = frozenset(_ROLES.split())
"""Mailboxes of a role, behind which several people read (RFC 2142 and what companies' sites
print).
"""

_LEGAL_FORMS = """
    ab aktiengesellschaft aktiebolag ag ao aps as asa bhd bv bvba co coltd company corp corporation
    cv cvba doo dooel
    dd eeig eg eirl eireli ek ev eood eurl gbr gesmbh gie gmbh gmbhcokg gmbhco hf inc incorporated
    jsc kabushikikaisha
    kb kda kft kg kgaa kk ks kv lda limitada limited llc llp lp ltd ltda mbh nv nyrt oao od ohg ood
    ooo oy oyj pao plc
    pllc psc pt pte pty pvt private public rt sa sab sacv sae sapa sapi sarl sas sasu sc sca scarl
    sccl scop scrl
    se sdnbhd sdn sicav sl slu slne snc soc spa spk spol spolka spolsro spzoo sro srl srls ss tbk
    tov ug
    unlimited vof yk zao zoo zrt gk kommanditgesellschaft gesellschaft haftungsbeschrankt besloten
    vennootschap
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
"""Legal forms as they are written at the end of names, without dots and blanks: the abbreviations
of the Entity Legal Forms code list (ISO 20275, kept by GLEIF) for the countries most business is
done in.
"""

_DOMAIN = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?(?:www\d?\.)?([^/:?#\s]+\.[^/:?#\s.]{2,})", re.I
)


def site_domain(website: str | None) -> str | None:
    """`acme.com` of `https://www.acme.com/about`; None when there is none."""
    hit = _DOMAIN.match((website or "").strip())
    return hit.group(1).lower().rstrip(".") if hit else None


def mail_domain(email: str | None, free: frozenset[str] = FREE_MAIL) -> str | None:
    """The domain of a company's own address; None for a free provider's."""
    domain = (email or "").strip().lower().rpartition("@")[2].rstrip(".")
    return domain if "@" in (email or "") and "." in domain and domain not in free else None


def company_key(name: str | None) -> str | None:
    """A company's name as it is compared: without legal form, case, accents and signs; None when
    nothing is left.

    `ACME GmbH & Co. KG`, `Acme, Inc.` and `acme` are one name; `S.A. Acme` and `The Acme Company`
    are too.
    """
    flat = "".join(
        c
        for c in unicodedata.normalize("NFKD", (name or "").casefold())
        if not unicodedata.combining(c)
    )
    flat = re.sub(r"(?<=\w)[.'’](?=\w\b)|(?<=\b\w)[.'’]", "", flat.replace("&", " and "))
    words = re.findall(r"\w+", flat)
    while words and words[0] == "the":
        words = words[1:]
    return " ".join(_without_form(words)) or None


def _without_form(words: list[str]) -> list[str]:
    """The legal form is taken off the end (of up to four words), then off the beginning; a name
    keeps one word.
    """
    taken = True
    while taken and len(words) > 1:
        taken = False
        for size in (4, 3, 2, 1):
            if len(words) > size and ("".join(words[-size:]) in LEGAL_FORMS):
                words, taken = words[:-size], True
                break
        if len(words) > 1 and words[-1] == "and":
            words, taken = words[:-1], True
    return words[1:] if len(words) > 1 and words[0] in _LEADING else words


_LEADING = frozenset(
    {"sa", "pt", "ooo", "oao", "zao", "pao", "ao", "ug", "gmbh", "sarl", "sas", "snc", "sci"}
)
