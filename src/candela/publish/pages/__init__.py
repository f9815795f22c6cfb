"""What does a reader of a book see?  Pages as values, with finished sentences.

Pure functions from ``BookContents`` and the choices in an address to frozen pages.  The
web only lays them out.  Nothing is computed here beyond choosing, ordering, rounding by
rule and wording.  A page that the book cannot give is ``None``.
"""

from __future__ import annotations

from candela.publish.pages.analyses import AnalysesPage, analyses_page
from candela.publish.pages.analysis import AnalysisPage, analysis_page
from candela.publish.pages.charts import draw
from candela.publish.pages.compare import ComparePage, compare_page
from candela.publish.pages.downloads import DownloadsPage, downloads_page
from candela.publish.pages.find import FindPage, find
from candela.publish.pages.funnel import FunnelPage, funnel_page
from candela.publish.pages.home import HomePage, home_page
from candela.publish.pages.indicator import IndicatorPage, indicator_page
from candela.publish.pages.methods import MethodPage, method_names, method_page
from candela.publish.pages.organisation import OrganisationPage, organisation_page
from candela.publish.pages.parts import Number, Sentence, Target, View, plain
from candela.publish.pages.peers import PeersPage, peers_page
from candela.publish.pages.sources import SourcesPage, sources_page
from candela.publish.pages.trace import TracePage, trace
from candela.publish.pages.words import WordsPage, words_page

__all__ = [
    "AnalysesPage",
    "AnalysisPage",
    "ComparePage",
    "DownloadsPage",
    "FindPage",
    "FunnelPage",
    "HomePage",
    "IndicatorPage",
    "MethodPage",
    "Number",
    "OrganisationPage",
    "PeersPage",
    "Sentence",
    "SourcesPage",
    "Target",
    "TracePage",
    "View",
    "WordsPage",
    "analyses_page",
    "analysis_page",
    "compare_page",
    "downloads_page",
    "draw",
    "find",
    "funnel_page",
    "home_page",
    "indicator_page",
    "method_names",
    "method_page",
    "organisation_page",
    "peers_page",
    "plain",
    "sources_page",
    "trace",
    "words_page",
]
