"""Read dates as people write them, in many languages and three calendars, as EDTF, or refuse them
and name the readings."""

from hrdgraph.evidence.dating.lexicon import LANGUAGES as LANGUAGES
from hrdgraph.evidence.dating.lexicon import is_read as is_read
from hrdgraph.evidence.dating.lexicon import list_languages as list_languages
from hrdgraph.evidence.dating.reader import explain as explain
from hrdgraph.evidence.dating.reader import read_date as read_date
from hrdgraph.evidence.dating.readings import Convention as Convention
from hrdgraph.evidence.dating.readings import DateCalendar as DateCalendar
from hrdgraph.evidence.dating.readings import DateOrder as DateOrder
from hrdgraph.evidence.dating.readings import DateReading as DateReading
from hrdgraph.evidence.dating.readings import DateResult as DateResult
