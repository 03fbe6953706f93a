"""How other systems spell the headers of columns: the CRMs' own spellings, and what people call things by hand.

Headers are compared by their `key`: letters and digits only, without case, accents, byte-order mark or separators, so
that `First Name`, `first_name`, `FirstName` and `FIRST-NAME` are one header. Earlier synonyms are better ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

What = Literal["leads", "activities", "spend"]


def key(header: str) -> str:
    """A header as it is compared: nothing but its letters and digits, in lower case, without accents."""
    flat = unicodedata.normalize("NFKD", header).casefold()
    return "".join(c for c in flat if c.isalnum())


CRM: Mapping[str, Mapping[str, str]] = {
    "HubSpot": {
        "Record ID": "lead_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
        "Phone Number": "phone", "Mobile Phone Number": "mobile", "Job Title": "job_title",
        "Company Name": "company", "Associated Company": "company", "Website URL": "website",
        "City": "city", "State/Region": "region", "Country/Region": "country", "Postal Code": "postal_code",
        "Street Address": "street", "Lifecycle Stage": "crm_stage", "Lead Status": "crm_status",
        "Contact owner": "owner", "Create Date": "created_at", "Last Modified Date": "changed_at",
        "Last Activity Date": "last_activity_at", "Original Source": "source",
        "Original Traffic Source": "source", "Number of Employees": "employees",
        "Annual Revenue": "revenue", "Number of Pageviews": "pageviews", "Number of Sessions": "visits",
        "Preferred language": "language", "Unsubscribed from all email": "do_not_email",
        "firstname": "first_name", "lastname": "last_name", "jobtitle": "job_title",
        "lifecyclestage": "crm_stage", "hs_lead_status": "crm_status", "hubspot_owner_id": "owner",
        "hs_object_id": "lead_id", "createdate": "created_at", "lastmodifieddate": "changed_at",
        "hs_analytics_source": "source", "hs_email_optout": "do_not_email",
        "numberofemployees": "employees", "annualrevenue": "revenue", "mobilephone": "mobile",
    },
    "Salesforce": {
        "Lead ID": "lead_id", "Full Name": "full_name", "First Name": "first_name",
        "Last Name": "last_name", "Company": "company", "Company / Account": "company", "Email": "email",
        "Phone": "phone", "Mobile Phone": "mobile", "Title": "job_title", "Annual Revenue": "revenue",
        "City": "city", "Country": "country", "State": "region", "State/Province": "region",
        "Street": "street", "Postal Code": "postal_code", "Zip/Postal Code": "postal_code",
        "Description": "notes", "Email Opt Out": "do_not_email", "Do Not Call": "do_not_call",
        "No. of Employees": "employees", "Industry": "industry", "Lead Source": "source",
        "Lead Status": "crm_status", "Rating": "crm_rating", "Record Owner": "owner", "Lead Owner": "owner",
        "Website": "website", "FirstName": "first_name", "LastName": "last_name", "MobilePhone": "mobile",
        "LeadSource": "source", "Status": "crm_status", "AnnualRevenue": "revenue",
        "NumberOfEmployees": "employees", "OwnerId": "owner", "IsConverted": "converted",
        "ConvertedDate": "converted_at", "HasOptedOutOfEmail": "do_not_email", "DoNotCall": "do_not_call",
        "IsEmailBounced": "email_bounced", "CreatedDate": "created_at", "LastModifiedDate": "changed_at",
        "LastActivityDate": "last_activity_at", "Created Date": "created_at",
        "Last Activity": "last_activity_at", "PostalCode": "postal_code", "Id": "lead_id",
    },
    "Pipedrive": {
        "Person - Pipedrive System ID": "lead_id", "Lead - Pipedrive System ID": "lead_id",
        "Lead - ID": "lead_id", "Person - ID": "lead_id", "Person - Name": "full_name",
        "Person - First name": "first_name", "Person - Last name": "last_name", "Person - Email": "email",
        "Person - Phone": "phone", "Person - Label": "tags", "Person - Labels": "tags",
        "Lead - Labels": "tags", "Organization name": "company", "Organization - Name": "company",
        "Person - Organization": "company", "Organization - Address": "street", "Person - Owner": "owner",
        "Lead - Owner": "owner", "Person - Creation date": "created_at",
        "Person - Person created": "created_at", "Lead - Lead created": "created_at",
        "Lead - Creation date": "created_at", "Person - Update time": "changed_at",
        "Person - Last activity date": "last_activity_at", "Lead - Source channel": "source",
        "Lead - Source": "source", "Contact person": "full_name", "Lead - Contact person": "full_name",
        "Organization": "company", "Lead - Organization": "company", "Deal - Creation date": "created_at",
        "Deal - Status": "crm_status", "Deal - Stage": "crm_stage", "Deal - Won time": "converted_at",
        "Deal - Lost reason": "dropped_reason", "Deal - Owner": "owner", "Deal - ID": "lead_id",
        "Deal - Contact person": "full_name", "Deal - Organization": "company",
        "Person - Job title": "job_title",
    },
    "Zoho": {
        "Record Id": "lead_id", "Lead Owner": "owner", "Is Converted": "converted", "Company": "company",
        "First Name": "first_name", "Last Name": "last_name", "Lead Name": "full_name",
        "Title": "job_title", "Email": "email", "Phone": "phone", "Mobile": "mobile",
        "Lead Source": "source", "Lead Status": "crm_status", "Rating": "crm_rating", "Street": "street",
        "City": "city", "State": "region", "Zip Code": "postal_code", "Country": "country",
        "Description": "notes", "Tag": "tags", "Email Opt Out": "do_not_email",
        "Created Time": "created_at", "Modified Time": "changed_at",
        "Last Activity Time": "last_activity_at", "Converted Date Time": "converted_at",
        "First Page Visited": "landing_page", "Industry": "industry", "Annual Revenue": "revenue",
        "No. of Employees": "employees", "Website": "website", "Ad Campaign Name": "campaign",
        "Number Of Visits": "visits", "Days Visited": "visits",
    },
    "Mailchimp": {
        "Email Address": "email", "First Name": "first_name", "Last Name": "last_name", "Address": "street",
        "Phone Number": "phone", "Birthday": "birthday", "OPTIN_TIME": "created_at",
        "LAST_CHANGED": "changed_at", "EUID": "lead_id", "NOTES": "notes", "TAGS": "tags", "CC": "country",
        "REGION": "region", "FNAME": "first_name", "LNAME": "last_name", "UNSUB_REASON": "dropped_reason",
        "ZIP": "postal_code",
    },
    "Meta lead ads": {
        "id": "lead_id", "created_time": "created_at", "campaign_name": "campaign",
        "full_name": "full_name", "first_name": "first_name", "last_name": "last_name", "email": "email",
        "phone_number": "phone", "city": "city", "company_name": "company", "job_title": "job_title",
        "platform": "source", "post_code": "postal_code", "zip_code": "postal_code",
        "street_address": "street", "work_email": "email", "work_phone_number": "phone",
        "country": "country", "state": "region", "province": "region", "date_of_birth": "birthday",
        "gender": "gender",
    },
    "Google lead forms": {
        "lead_id": "lead_id", "FULL_NAME": "full_name", "FIRST_NAME": "first_name",
        "LAST_NAME": "last_name", "EMAIL": "email", "PHONE_NUMBER": "phone", "POSTAL_CODE": "postal_code",
        "CITY": "city", "REGION": "region", "COUNTRY": "country", "COMPANY_NAME": "company",
        "JOB_TITLE": "job_title", "WORK_EMAIL": "email", "WORK_PHONE": "phone", "STREET_ADDRESS": "street",
        "lead_submit_time": "created_at",
    },
    "Apollo or Outreach": {
        "first_name": "first_name", "last_name": "last_name", "title": "job_title", "company": "company",
        "email": "email", "# Employees": "employees", "Company Name for Emails": "company",
        "Stage": "crm_stage", "Work Direct Phone": "phone", "Corporate Phone": "phone",
        "Apollo Contact Id": "lead_id", "Account Owner": "owner", "Contact Owner": "owner",
        "Keywords": "interests", "Company City": "city", "Company Country": "country",
    },
}  # fmt: skip
"""The exact headers of each system's export. A name on the right that is no attribute keeps the column an own one."""

LEADS: Mapping[str, tuple[str, ...]] = {
    "lead_id": ("lead id", "contact id", "person id", "prospect id", "customer id", "client id", "user id",
                "record id", "mql id", "subscriber id", "member id", "visitor id", "id", "uuid", "guid",
                "lead no", "lead number", "lead nr", "kunden id", "kundennummer", "external id",
                "unique id", "crm id", "lead key", "rec id", "deal id", "opportunity id"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail", "mail address", "contact email",
              "lead email", "business email", "work email", "company email", "primary email",
              "emailadresse", "e-mail-adresse", "adresse email", "courriel", "correo", "correo electronico",
              "personal email", "private email", "email 1", "почта", "электронная почта", "эл почта"),
    "phone": ("phone", "phone number", "telephone", "tel", "telefon", "telefonnummer", "telephone number",
              "contact number", "contact phone", "business phone", "work phone", "office phone",
              "primary phone", "telefono", "numero de telephone", "phone 1", "phone no", "direct phone",
              "whatsapp", "whatsapp number", "телефон", "номер телефона"),
    "mobile": ("mobile", "mobile phone", "mobile number", "cell", "cell phone", "cellphone", "handy",
               "mobil", "mobiltelefon", "portable", "movil"),
    "first_name": ("first name", "given name", "forename", "fname", "vorname", "prenom", "nombre", "имя"),
    "last_name": ("last name", "surname", "family name", "lname", "nachname", "familienname",
                  "nom de famille", "apellido", "apellidos", "фамилия"),
    "full_name": ("full name", "name", "contact name", "lead name", "customer name", "person name",
                  "person", "contact", "your name", "nom", "fio", "фио"),
    "gender": ("gender", "sex", "geschlecht", "пол"),
    "age": ("age", "age in years", "alter", "возраст"),
    "income": ("income", "annual income", "yearly income", "household income", "доход"),
    "birthday": ("birthday", "birth date", "date of birth", "dob", "geburtsdatum", "дата рождения"),
    "company": ("company", "company name", "account name", "account", "organization", "organisation",
                "organization name", "organisation name", "firma", "firmenname", "unternehmen", "employer",
                "business name", "societe", "entreprise", "empresa", "компания", "организация"),
    "website": ("website", "web site", "website url", "company website", "homepage", "company url", "web",
                "domain", "company domain", "company domain name", "сайт"),
    "industry": ("industry", "company industry", "sector", "branche", "vertical", "business segment",
                 "secteur", "отрасль"),
    "employees": ("employees", "number of employees", "num employees", "no of employees", "employee count",
                  "company size", "headcount", "team size", "company headcount", "mitarbeiter",
                  "anzahl mitarbeiter", "effectif", "staff"),
    "revenue": ("revenue", "annual revenue", "company revenue", "yearly revenue", "turnover", "umsatz",
                "jahresumsatz", "annual turnover", "chiffre d'affaires", "выручка"),
    "job_title": ("job title", "title", "position", "role", "job role", "jobtitle", "job position",
                  "funktion", "berufsbezeichnung", "poste", "cargo", "designation", "job", "должность"),
    "department": ("department", "abteilung", "dept", "job function"),
    "street": ("street", "street address", "address", "address 1", "address line 1", "strasse", "straße",
               "adresse", "mailing street", "адрес"),
    "city": ("city", "town", "stadt", "ort", "ville", "ciudad", "mailing city", "locality", "город"),
    "region": ("region", "state", "province", "state region", "state province", "bundesland", "county",
               "mailing state", "регион"),
    "postal_code": ("postal code", "zip", "zip code", "postcode", "plz", "post code", "code postal",
                    "zipcode", "postleitzahl", "индекс"),
    "country": ("country", "country region", "country code", "country name", "land", "pays", "pais",
                "mailing country", "nation", "страна"),
    "language": ("language", "preferred language", "locale", "sprache", "lang", "langue", "язык"),
    "source": ("lead source", "source", "original source", "traffic source", "acquisition source",
               "acquisition channel", "origin", "channel", "source channel", "first touch source", "quelle",
               "lead channel", "source of lead", "marketing channel", "источник"),
    "campaign": ("campaign", "campaign name", "acquisition campaign", "ad campaign name",
                 "marketing campaign", "kampagne", "кампания"),
    "utm_source": ("utm source", "first utm source", "utmsource"),
    "utm_medium": ("utm medium", "first utm medium"),
    "utm_campaign": ("utm campaign", "first utm campaign"),
    "utm_term": ("utm term", "utm keyword"),
    "utm_content": ("utm content",),
    "landing_page": ("landing page", "landing page url", "landing page id", "first page seen", "first url",
                     "first page", "entry page", "conversion page"),
    "created_at": ("created at", "created", "create date", "created date", "creation date", "date created",
                   "created time", "created on", "lead created", "sign up date", "signup date",
                   "signed up at", "registration date", "registered at", "subscribed at", "date added",
                   "added at", "added on", "first contact date", "first seen", "first seen at",
                   "submitted at", "submission date", "lead date", "lead created at", "inquiry date",
                   "enquiry date", "join date", "joined at", "member since", "erstellt am", "erstellt",
                   "anlagedatum", "date de creation", "timestamp", "date", "launched at", "дата создания"),
    "changed_at": ("changed at", "updated at", "modified at", "last modified", "last modified date",
                   "modified time", "date modified", "last updated", "updated", "modified on",
                   "geandert am"),
    "last_activity_at": ("last activity at", "last activity date", "last activity time", "last seen",
                         "last seen at", "last active", "last contacted", "last contact date",
                         "last interaction date", "letzte aktivitat"),
    "owner": ("owner", "lead owner", "contact owner", "record owner", "account owner", "sales rep",
              "sales agent", "salesperson", "assigned to", "sales owner", "account executive", "sdr",
              "agent", "sales person", "zustandig", "ответственный"),
    "crm_stage": ("lifecycle stage", "life cycle stage", "stage", "lead stage", "crm stage", "deal stage",
                  "pipeline stage", "funnel stage", "этап"),
    "crm_status": ("lead status", "status", "crm status", "contact status", "deal status", "member status",
                   "статус"),
    "crm_rating": ("rating", "lead rating", "crm rating", "lead temperature"),
    "dropped_reason": ("dropped reason", "discarded nurturing reason", "discard reason", "discarded reason",
                       "disqualification reason", "disqualified reason", "unqualified reason",
                       "lost reason", "loss reason", "rejection reason", "reason lost",
                       "closed lost reason", "nurturing reason", "unsub reason"),
    "consent": ("consent", "marketing consent", "gdpr consent", "opt in", "optin", "email opt in",
                "opted in", "newsletter consent", "marketing opt in", "einwilligung", "accepts marketing",
                "accepts email marketing"),
    "do_not_email": ("do not email", "do not mail", "email opt out", "opt out", "optout", "unsubscribed",
                     "opted out of email", "no email", "has opted out of email",
                     "unsubscribed from all email"),
    "do_not_call": ("do not call", "call opt out", "no calls", "dnc", "phone opt out"),
    "profiling_objected": ("profiling objected", "objected to profiling", "objection to profiling", "profiling objection",
                           "no profiling", "do not profile", "profiling opt out", "opted out of profiling",
                           "opt out of profiling", "widerspruch profiling"),
    "email_bounced": ("email bounced", "bounced", "is email bounced", "hard bounce", "hard bounced"),
    "ip_address": ("ip address", "ip", "remote ip", "ip adresse", "client ip", "recent ip address"),
    "honeypot": ("honeypot", "honey pot", "hp field"),
    "budget": ("budget", "available budget", "bant budget", "deal budget", "бюджет"),
    "authority": ("authority", "decision maker", "bant authority", "buying role", "decision role"),
    "need": ("need", "pain", "pain point", "bant need", "needs", "problem"),
    "timeline": ("timeline", "timeframe", "time frame", "buying timeline", "purchase timeline",
                 "bant timeline", "timing", "bant timing"),
    "interests": ("interests", "interest", "topics", "areas of interest", "interested in"),
    "product": ("product", "product of interest", "product interest", "requested product", "produkt",
                "продукт"),
    "offer_taken": ("offer taken", "offer", "lead magnet", "content offer", "downloaded asset", "ebook"),
    "referred_by": ("referred by", "referrer name", "referral", "recommended by", "empfohlen von"),
    "converted": ("converted", "is converted", "is customer", "customer", "closed won", "won", "is won",
                  "became customer"),
    "converted_at": ("converted at", "converted date", "conversion date", "won date", "close date won",
                     "won time", "won at", "converted date time", "became a customer date",
                     "customer since", "date won"),
    "visits": ("visits", "total visits", "number of visits", "web visits", "site visits",
               "number of sessions", "sessions", "visit count"),
    "minutes_on_site": ("minutes on site", "average time spent minutes", "time on site minutes"),
    "pages_per_visit": ("pages per visit", "page views per visit", "pages per session"),
    "notes": ("notes", "note", "comments", "comment", "description", "remarks", "message", "notizen",
              "bemerkungen", "bemerkung", "комментарий"),
    "tags": ("tags", "tag", "labels", "label", "lists", "segments"),
}  # fmt: skip

ACTIVITIES: Mapping[str, tuple[str, ...]] = {
    "activity_id": ("activity id", "event id", "message id", "touch id", "task id", "transaction id",
                    "order id", "invoice", "engagement id"),
    "lead_id": ("lead id", "contact id", "person id", "prospect id", "customer id", "client id", "user id",
                "mql id", "lead", "contact", "record id", "related lead", "who id", "subscriber id",
                "member id", "distinct id", "visitor id", "anonymous id", "lead number", "id"),
    "email": (*LEADS["email"], "recipient", "user email", "customer email"),
    "occurred_at": ("occurred at", "occured at", "happened at", "event time", "event timestamp",
                    "timestamp", "event date", "activity date", "activity time", "datetime", "date time",
                    "at", "ts", "time", "date", "when", "received at", "original timestamp", "sent at",
                    "created at", "created time", "created date", "create date", "start time", "started at",
                    "start date", "touch timestamp", "session timestamp", "activity timestamp",
                    "invoice date", "order date", "due date", "done at", "completed at", "close date",
                    "closed at", "won date", "datum", "zeitpunkt", "дата"),
    "kind": ("kind", "event", "event name", "event type", "activity", "activity type", "activity name",
             "type", "action", "action type", "engagement type", "interaction", "interaction type",
             "touch type", "what", "last activity", "aktivitat", "ereignis", "status", "deal status",
             "stage", "deal stage", "событие"),
    "url": ("url", "page url", "page", "link", "path", "page path", "href", "click url", "context page url"),
    "product": ("product", "product name", "product id", "stock code", "sku"),
    "channel": ("channel", "medium", "touch channel", "source", "platform"),
    "campaign": ("campaign", "campaign name", "campaign id", "campaign title", "utm campaign"),
    "value": ("value", "amount", "revenue", "price", "close value", "deal value", "duration",
              "duration minutes", "minutes", "total", "total value", "order value"),
    "result": ("result", "outcome", "activity outcome", "call outcome", "call disposition", "disposition",
               "loss reason", "lost reason", "reason", "recycle reason", "recycled reason", "return reason",
               "rejection reason"),
    "agent": ("agent", "sales agent", "owner", "sales rep", "activity owner", "assigned to", "user", "rep",
              "actor"),
    "subject": ("subject", "title", "email subject", "activity subject"),
}  # fmt: skip

SPEND: Mapping[str, tuple[str, ...]] = {
    "occurred_at": ("date", "day", "month", "period", "reporting starts", "week", "occurred at",
                    "start date", "datum", "monat", "tag", "дата"),
    "source": ("source", "channel", "lead source", "utm source", "platform", "network", "publisher",
               "quelle"),
    "campaign": ("campaign", "campaign name", "utm campaign", "ad campaign name", "kampagne"),
    "amount": ("amount", "spend", "cost", "amount spent", "spent", "ad spend", "costs", "total spend",
               "total cost", "kosten", "ausgaben", "budget spent", "расход"),
    "currency": ("currency", "currency code", "account currency", "wahrung"),
}  # fmt: skip

SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"leads": LEADS, "activities": ACTIVITIES, "spend": SPEND}

LATE_KINDS = frozenset(map(key, ("status", "deal status", "stage", "deal stage", "last activity", "what", "action")))
"""Headers that name a kind only when the file is already known to be a log."""

_WRAPPED = re.compile(
    r"\s*[([](work|home|mobile|other|required|optional|primary|utc|minutes?)[)\]]\s*$|[*:]+\s*$", re.I
)
_PREFIX = re.compile(
    r"^\s*(person|lead|deal|organi[sz]ation|contact|activity|properties|traits|context)\s*[-.:/]\s*", re.I
)


@cache
def _synonyms(what: str) -> Mapping[str, tuple[str, int]]:
    """Key of a header -> (attribute, rank); a smaller rank is the better spelling."""
    found: dict[str, tuple[str, int]] = {}
    for name, spellings in SYNONYMS[what].items():
        for rank, spelling in enumerate((name, *spellings)):
            k = key(spelling)
            if k not in found or rank < found[k][1]:
                found[k] = (name, rank)
    return found


@cache
def _crm_exact() -> Mapping[str, tuple[str, ...]]:
    """An exact header -> the attributes that the CRMs mean by it (only one when they agree)."""
    found: dict[str, list[str]] = {}
    for headers in CRM.values():
        for header, name in headers.items():
            if name in LEADS and name not in found.setdefault(header, []):
                found[header].append(name)
    return {h: tuple(names) for h, names in found.items()}


def plain(header: str) -> str:
    """A header without the wrapping that exports add: `Person - Email (Work)` is `Email`, `Budget__c` is `Budget`."""
    text = header.strip().removeprefix("\ufeff").strip()
    text = re.sub(r"__c$", "", text)
    text = re.sub(r"^hs_", "", text)
    return _WRAPPED.sub("", _PREFIX.sub("", text)).strip() or text


def attribute_for(header: str, what: str = "leads") -> tuple[str, str, int] | None:
    """What a header names by its spelling alone: (attribute, `crm` or `synonym`, rank), or None."""
    bare = header.strip().removeprefix("\ufeff").strip()
    if what == "leads":
        exact = _crm_exact().get(bare) or _crm_exact().get(_WRAPPED.sub("", bare).strip())
        if exact and len(exact) == 1:
            return exact[0], "crm", 0
    table = _synonyms(what)
    for penalty, spelling in ((0, bare), (100, plain(bare))):
        hit = table.get(key(spelling))
        if hit:
            return hit[0], "synonym", hit[1] + penalty
    return None


def looks_like(headers: list[str]) -> str | None:
    """The system whose export this is: a good part of the headers, three of them nobody else's."""
    given = {h.strip().removeprefix("\ufeff") for h in headers}
    scores = {system: len(given & spelled.keys()) for system, spelled in CRM.items()}
    best = max(scores, key=lambda s: scores[s])
    others = {h for system, spelled in CRM.items() if system != best for h in spelled}
    alone = (given & CRM[best].keys()) - others
    enough = scores[best] >= max(4, 0.3 * len(headers))
    return best if enough and len(alone) >= 3 else None
