"""Which page and which part of the API answers at which path."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.urls import path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from leadlight.server.access.log_in import FirstLogIn, Home, LogIn
from leadlight.server.api.api import api
from leadlight.server.pages.channels import ChannelsPage
from leadlight.server.pages.data_quality import DataQualityPage
from leadlight.server.pages.data_quality_imports import ImportPage, ImportsPage, RejectsFilePage
from leadlight.server.pages.data_quality_repairs import RepairsPage
from leadlight.server.pages.data_quality_scanners import ScannersPage
from leadlight.server.pages.data_quality_twins import MergePreviewPage, TwinsPage
from leadlight.server.pages.find import FindPage
from leadlight.server.pages.forms import FormsPage
from leadlight.server.pages.geo_label import CropPage, LabelSheetPage, LabelSheetsPage
from leadlight.server.pages.home import HomePage
from leadlight.server.pages.ladder import LadderPage
from leadlight.server.pages.lead import LeadPage
from leadlight.server.pages.lead_changes import (
    ChangeLeadsPage,
    LeadsChangePage,
    SavedViewsPage,
    UndoChangePage,
)
from leadlight.server.pages.leads import LeadsExportPage, LeadsPage
from leadlight.server.pages.model import (
    CheckModelPage,
    ModelCheckPage,
    ModelPage,
    RetireModelPage,
    UseModelPage,
)
from leadlight.server.pages.model_learn import LearnPage, LearnResultPage
from leadlight.server.pages.playbook import PlaybookPage, SignPage, VersionPage
from leadlight.server.pages.playbook_cases import CasesPage
from leadlight.server.pages.playbook_draft import BeginDraftPage, EditPage
from leadlight.server.pages.playbook_rehearsal import RehearsalPage, RehearsePage
from leadlight.server.pages.routing import RoutingPage, RoutingRosterPage, RoutingTrialPage
from leadlight.server.pages.segments import SegmentFilePage, SegmentsPage
from leadlight.server.pages.segments_builder import SegmentBuilderPage
from leadlight.server.pages.segments_list import SegmentListFilePage, SegmentListPage
from leadlight.server.pages.segments_research import MarketResearchPage
from leadlight.server.pages.settings_audit import AuditFilePage, AuditPage
from leadlight.server.pages.settings_backups import BackupFilePage, BackupsPage
from leadlight.server.pages.settings_connections import ConnectionsPage
from leadlight.server.pages.settings_endpoints import EndpointsPage
from leadlight.server.pages.settings_keys import KeysPage
from leadlight.server.pages.settings_persons import PersonFilePage, PersonsPage
from leadlight.server.pages.settings_users import NewPasswordPage, UsersPage
from leadlight.server.pages.start import StartFilePage, StartPage
from leadlight.server.pages.today import TodayPage, UndoOutcomePage
from leadlight.server.pages.tracks import TracksPage

urlpatterns = [
    path("", HomePage.as_view(), name="home"),
    path("me", Home.as_view(), name="me"),
    path("language", set_language, name="language"),
    path("log-in", LogIn.as_view(), name="log-in"),
    path("log-out", LogoutView.as_view(), name="log-out"),
    path("first-log-in/<str:token>", FirstLogIn.as_view(), name="first-log-in"),
    path(
        "password",
        PasswordChangeView.as_view(template_name="access/password.html", success_url="/"),
        name="password",
    ),
    path("admin/login/", RedirectView.as_view(pattern_name="log-in", query_string=True)),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("start", StartPage.as_view(), name="start"),
    path("start/<str:token>", StartFilePage.as_view(), name="start-file"),
    path("ladder", LadderPage.as_view(), name="ladder"),
    path("routing", RoutingPage.as_view(), name="routing"),
    path("routing/trial", RoutingTrialPage.as_view(), name="routing-trial"),
    path("routing/roster", RoutingRosterPage.as_view(), name="routing-roster"),
    path("channels", ChannelsPage.as_view(), name="channels"),
    path("model", ModelPage.as_view(), name="model"),
    path("model/check", CheckModelPage.as_view(), name="model-check-begin"),
    path("model/checks/<str:task_id>", ModelCheckPage.as_view(), name="model-check"),
    path("model/learn", LearnPage.as_view(), name="model-learn"),
    path("model/results/<str:task_id>", LearnResultPage.as_view(), name="model-result"),
    path("geo/label", LabelSheetsPage.as_view(), name="geo-label"),
    path("geo/label/<str:name>", LabelSheetPage.as_view(), name="geo-label-sheet"),
    path("geo/label/<str:name>/<int:number>.jpg", CropPage.as_view(), name="geo-crop"),
    path("model/retire", RetireModelPage.as_view(), name="model-retire"),
    path("model/use", UseModelPage.as_view(), name="model-use"),
    path("playbook", PlaybookPage.as_view(), name="playbook"),
    path("playbook/sign", SignPage.as_view(), name="playbook-sign"),
    path("playbook/edit", EditPage.as_view(), name="playbook-edit"),
    path("playbook/begin", BeginDraftPage.as_view(), name="playbook-begin"),
    path("playbook/cases", CasesPage.as_view(), name="playbook-cases"),
    path("playbook/rehearse", RehearsePage.as_view(), name="playbook-rehearse"),
    path("playbook/rehearsals/<str:task_id>", RehearsalPage.as_view(), name="playbook-rehearsal"),
    path("playbook/versions/<int:number>", VersionPage.as_view(), name="playbook-version"),
    path("today", TodayPage.as_view(), name="today"),
    path("today/undo", UndoOutcomePage.as_view(), name="undo-outcome"),
    path("find", FindPage.as_view(), name="find"),
    path("new-password/<uidb64>/<token>", NewPasswordPage.as_view(), name="new-password"),
    path("segments", SegmentsPage.as_view(), name="segments"),
    path("segments/file", SegmentFilePage.as_view(), name="segment-file"),
    path("segments/build", SegmentBuilderPage.as_view(), name="segment-builder"),
    path("segments/list", SegmentListPage.as_view(), name="segment-list"),
    path("segments/list/file", SegmentListFilePage.as_view(), name="segment-list-file"),
    path("segments/research", MarketResearchPage.as_view(), name="market-research"),
    path("data-quality", DataQualityPage.as_view(), name="data-quality"),
    path("data-quality/repairs", RepairsPage.as_view(), name="repairs"),
    path("data-quality/twins", TwinsPage.as_view(), name="twins"),
    path("data-quality/twins/preview", MergePreviewPage.as_view(), name="merge-preview"),
    path("data-quality/scanners", ScannersPage.as_view(), name="scanners"),
    path("data-quality/imports", ImportsPage.as_view(), name="imports"),
    path("data-quality/imports/<str:import_id>", ImportPage.as_view(), name="import"),
    path(
        "data-quality/imports/<str:import_id>/rejects",
        RejectsFilePage.as_view(),
        name="rejects-file",
    ),
    path("settings", UsersPage.as_view(), name="settings"),
    path("settings/keys", KeysPage.as_view(), name="settings-keys"),
    path("settings/endpoints", EndpointsPage.as_view(), name="settings-endpoints"),
    path("settings/connections", ConnectionsPage.as_view(), name="settings-connections"),
    path("settings/backups", BackupsPage.as_view(), name="settings-backups"),
    path("settings/backups/<str:name>", BackupFilePage.as_view(), name="settings-backup"),
    path("settings/persons", PersonsPage.as_view(), name="settings-persons"),
    path("settings/persons/file", PersonFilePage.as_view(), name="settings-person-file"),
    path("settings/audit", AuditPage.as_view(), name="settings-audit"),
    path("settings/audit/file", AuditFilePage.as_view(), name="settings-audit-file"),
    path("forms", FormsPage.as_view(), name="forms"),
    path("tracks", TracksPage.as_view(), name="tracks"),
    path("leads", LeadsPage.as_view(), name="leads"),
    path("leads.csv", LeadsExportPage.as_view(), name="leads-export"),
    path("change-leads", ChangeLeadsPage.as_view(), name="change-leads"),
    path("change-leads/undo", UndoChangePage.as_view(), name="undo-change"),
    path("change-leads/<str:task_id>", LeadsChangePage.as_view(), name="leads-change"),
    path("views", SavedViewsPage.as_view(), name="saved-views"),
    path("leads/<path:lead_id>", LeadPage.as_view(), name="lead"),
]

_PAGES = "leadlight.server.error_pages"
handler400, handler403 = f"{_PAGES}.bad_request", f"{_PAGES}.no_access"
handler404, handler500 = f"{_PAGES}.no_page", f"{_PAGES}.our_fault"
