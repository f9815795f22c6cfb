"""Which words in front of, or in place of, a name tell who somebody is?

All are plain English of hospitals.  Forenames are common ones of the United Kingdom
that are no ordinary words: Will, Mark, Grace and May are left out on purpose, since
they would hide too much.
"""

from __future__ import annotations

__all__ = [
    "FORENAMES",
    "JOB_TITLES",
    "NOT_NAMES",
    "POSTCODE_AREAS",
    "RELATIONS",
    "STREETS",
    "TITLES",
]

JOB_TITLES = (
    "associate director",
    "charge nurse",
    "chief executive",
    "chief investigator",
    "chief nurse",
    "chief operating officer",
    "clinical director",
    "clinical lead",
    "director of finance",
    "director of nursing",
    "finance director",
    "head of midwifery",
    "head of nursing",
    "head of pharmacy",
    "head of research",
    "head of therapies",
    "lead clinician",
    "lead consultant",
    "lead nurse",
    "lead pharmacist",
    "lead physiotherapist",
    "lead therapist",
    "matron",
    "medical director",
    "practice manager",
    "principal investigator",
    "research lead",
    "research manager",
    "service manager",
    "ward manager",
    "ward sister",
)
"""Jobs that one person of a service has, so that naming the job names the person."""

STREETS = (
    "Avenue",
    "Close",
    "Court",
    "Crescent",
    "Drive",
    "Gardens",
    "Grove",
    "Lane",
    "Mews",
    "Place",
    "Rd",
    "Road",
    "Square",
    "Street",
    "Terrace",
    "Walk",
    "Way",
)

TITLES = ("Dr", "Mr", "Mrs", "Ms", "Mx", "Miss", "Prof", "Professor", "Doctor")

RELATIONS = (
    "Sister",
    "Nurse",
    "Matron",
    "Consultant",
    "Surgeon",
    "Physio",
    "Physiotherapist",
    "Therapist",
    "Dietitian",
    "Pharmacist",
    "Midwife",
    "Manager",
    "Researcher",
    "Investigator",
    "Husband",
    "Wife",
    "Son",
    "Daughter",
    "Mum",
    "Mother",
    "Dad",
    "Father",
    "Brother",
    "Partner",
    "Grandson",
    "Granddaughter",
    "Friend",
    "Carer",
    "Neighbour",
)
"""Words that a name may follow, but often another capitalised word does."""

_NOT_NAMES = """
Accident Admission Advanced After Also Although And Apart April Associate August
Because Before But Cardiologist Cardiology Christmas Clinic Clinical Community
Consultant Coordinator December Department Director During Easter Educator Emergency
Even Every February For Friday From General Geriatrician Haematologist He Heart Her
His Hospital How However If In Intensive It January July June Later Lead Led Liaison
Link Manager March May Medical Midwife Monday My Navigator Neurologist November Now
October Oncologist Once Only Our Outpatient Paediatrician Physician Practitioner
Psychiatrist Psychologist Radiologist Registrar Research Researcher Rheumatologist
Saturday Senior September She Since So Some Specialist Study Sunday Support Surgeon
Team That The Then There They This Thursday Today Trust Trusts Tuesday Unit Very Ward We
Wednesday Well When While With Yesterday You
"""
NOT_NAMES = frozenset(_NOT_NAMES.split())
"""Capitalised words that follow a title or a relation and are no name."""

_POSTCODE_AREAS = """
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL
DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT
KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR
RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA
WC WD WF WN WR WS WV YO ZE
"""
POSTCODE_AREAS = frozenset(_POSTCODE_AREAS.split())

_FORENAMES = """
Aaron Abdul Abigail Adam Adrian Agnes Ahmed Aisha Alan Albert Alex Alexander
Alexandra Alfie Alice Alison Amanda Amelia Amy Andrea Andrew Angela Anita Anna Anne
Annie Anthony Antonio Archie Arthur Ashley Audrey Barbara Barry Beatrice Ben
Benjamin Bernard Beryl Beth Bethany Betty Brenda Brian Bridget Callum Carl Carol
Caroline Catherine Chantelle Charles Charlie Charlotte Chloe Chris Christine
Christopher Claire Clara Clare Colin Connor Craig Daniel Danielle Darren Dave David
Deborah Debbie Denise Dennis Derek Diane Dilip Donald Donna Doreen Doris Dorothy
Dylan Edith Edward Edwin Eileen Elaine Eleanor Elizabeth Ella Ellen Ellie Elsie
Emily Emma Eric Erica Ethan Ethel Evelyn Fatima Felicity Fiona Florence Freda
Frederick Gareth Gary Gavin Geoff Geoffrey Georgia George Gerald Gillian Gordon
Graham Gwen Hannah Harold Harriet Harry Hassan Hazel Heather Helen Henry Hilary
Howard Hugh Ian Imran Irene Isaac Isabel Isabella Isla Jackie Jacob Jacqueline James
Jamie Jane Janet Janice Jasmine Jason Jean Jennifer Jenny Jeremy Jessica Jill Joan
Joanna Joanne Joe John Jonathan Joseph Josephine Joshua Joyce Judith Julia Julian
Julie Karen Kate Katherine Kathleen Katie Kathryn Keith Kelly Kenneth Kerry Kevin
Khalid Kieran Kim Kirsty Kyle Laura Lauren Lawrence Leah Leanne Leo Leonard Lesley
Leslie Lewis Liam Lillian Linda Lisa Lorraine Louise Lucas Lucy Luke Lynn Lynne
Malcolm Mandy Margaret Maria Marian Marie Marilyn Marion Marjorie Martin Mary
Matthew Maureen Mavis Megan Melanie Melissa Michael Michelle Mildred Mohammed
Mohammad Molly Monica Muhammad Muriel Nadia Nancy Naomi Natalie Natasha Neil
Nicholas Nicola Nigel Noah Nora Norman Oliver Olivia Oscar Owen Pamela Patricia
Patrick Paul Paula Pauline Peter Phil Philip Phillip Phoebe Phyllis Priya Rachel
Rajesh Raymond Rebecca Richard Rita Robert Robin Roger Ronald Rosemary Roy Ruth Ryan
Sally Sam Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean Shannon Sharon Sheila
Shirley Simon Sophia Sophie Stanley Stephanie Stephen Steve Steven Stuart Susan
Suzanne Sylvia Tanya Teresa Terence Theresa Thomas Timothy Tina Tom Tony Tracey
Tracy Trevor Usha Valerie Vanessa Vera Veronica Vicky Victoria Vincent Vivienne
Walter Wayne Wendy William Winifred Yasmin Yusuf Yvonne Zoe
"""
FORENAMES = frozenset(_FORENAMES.split())
