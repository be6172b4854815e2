"""The rows of every export and of the API: the one definition of each table.

Titles, descriptions and units become the data dictionary, the published JSON schema and the API's schema:
in English where programs read them, translated where people do. A column of numbers holds numbers only; what
is to be said of them stands in a column of words beside it.
"""

from datetime import date, datetime

from django.utils.translation import gettext_noop as _

from .columns import (
    AVERAGE_NOTE,
    COUNTED,
    COVERAGE,
    DAY,
    FORMULA,
    HIGH,
    LOW,
    MINUTE,
    OWN_AVERAGE,
    PARTICIPANT,
    QUESTION,
    SCALE,
    SECONDS,
    SHARE,
    STUDENTS,
    TIME,
    USUAL,
    VERSION,
    WITH_DATA,
    WORDS,
    YES_NO,
    Count,
    Row,
    Seconds,
    Share,
    column,
    expression,
)

# A new column or table raises the second number. One that goes, or means something else, raises the first.
SCHEMA_VERSION = "1.1"


class Session(Row):
    grain = _("The session")

    title: str = column(_("Title"), _("Title of the session."))
    course: str = column(_("Course"), _("Name of the course."))
    mode: str = column(_("Mode"), _("What the session was allowed to observe and show."), WORDS)
    notice: str = column(_("Notice"), _("What everyone who uses these numbers should know."), WORDS)
    begins_at: datetime = column(_("Start"), _("When the class began."), TIME)
    ends_at: datetime | None = column(_("End"), _("When the class ended. Empty while it is open."), TIME)
    time_zone: str = column(_("Time zone"), _("Of the dates and times in these tables."))
    duration_seconds: Seconds = column(_("Duration"), _("From start to end, or until now."), SECONDS)
    students: Count = column(
        _("Students"), _("Students who joined and have not erased their data."), STUDENTS
    )
    erased_students: Count = column(
        _("Erased"), _("Students who erased everything. They are in no other number."), STUDENTS
    )
    questions: Count = column(_("Questions asked"), _("Questions to the class."))
    typical_share_answered: Share | None = column(
        _("Typically answered"), _("Share of the class that answered a question: the median."), SHARE
    )
    most_lost: Count = column(
        _("Most lost in a minute"), _("The most students who were lost in one minute."), STUDENTS
    )
    most_lost_at: datetime | None = column(_("Most lost at"), _("The first such minute."), TIME)
    hands: Count = column(_("Hands"), _("How often a hand was raised."))
    typical_wait_seconds: Seconds | None = column(
        _("Typical wait"), _("Time for which a hand was up: the median."), SECONDS
    )
    longest_wait_seconds: Seconds | None = column(
        _("Longest wait"), _("The longest time for which a hand was up."), SECONDS
    )
    with_camera: Count | None = column(
        _("Used a camera"), _("Students whose camera was on at some time."), STUDENTS, camera=True
    )
    coverage: Share | None = COVERAGE
    average: Share | None = column(
        _("Class average"),
        _("Observed engagement over the session: a rule of thumb, made of expressions."),
        SHARE,
        camera=True,
    )
    average_low: Share | None = LOW
    average_high: Share | None = HIGH
    average_note: str = AVERAGE_NOTE
    students_with_data: Count | None = WITH_DATA
    students_counted: Count | None = COUNTED
    formula: str = FORMULA
    model: str = column(
        _("Model"), _("Version of the model that analysed the pictures."), VERSION, camera=True
    )
    approver: str = column(_("Approved by"), _("Who approved the use of cameras."), camera=True)
    approval_document: str = column(_("Approval"), _("The document of the approval."), camera=True)
    approved_from: date | None = column(_("Approved from"), _("First day."), DAY, camera=True)
    approved_until: date | None = column(_("Approved until"), _("Last day."), DAY, camera=True)


class Minute(Row):
    grain = _("A minute of the class, by the clock")

    begins_at: datetime = MINUTE
    in_class: Count = column(_("In class"), _("Students in class at some time of the minute."), STUDENTS)
    lost: Count = column(_("Lost"), _("Students who said “I'm lost”, while it lasted."), STUDENTS)
    hands: Count = column(_("Hands up"), _("Students whose hand was up in the minute."), STUDENTS)
    average: Share | None = column(
        _("Class average"), _("Observed engagement in this minute."), SHARE, camera=True
    )
    average_low: Share | None = LOW
    average_high: Share | None = HIGH
    average_note: str = AVERAGE_NOTE
    coverage: Share | None = COVERAGE
    students_with_data: Count | None = WITH_DATA
    students_counted: Count | None = COUNTED
    # In the order of emotion/vision/labels.py.
    neutral: Share | None = expression(_("neutral"))
    happiness: Share | None = expression(_("happiness"))
    surprise: Share | None = expression(_("surprise"))
    sadness: Share | None = expression(_("sadness"))
    anger: Share | None = expression(_("anger"))
    disgust: Share | None = expression(_("disgust"))
    fear: Share | None = expression(_("fear"))
    contempt: Share | None = expression(_("contempt"))
    formula: str = FORMULA


class Participant(Row):
    grain = _("A student of the session")

    participant: Count = PARTICIPANT
    name: str = column(_("Student"), _("The name that the student chose."))
    joined_at: datetime | None = column(_("Joined"), _("The first moment in class."), TIME)
    left_at: datetime | None = column(_("Left"), _("The last moment in class."), TIME)
    visits: Count = column(_("Visits"), _("How often the student came."))
    present_seconds: Seconds = column(_("In class"), _("Time in class, of all visits together."), SECONDS)
    was_removed: bool = column(_("Removed"), _("Whether the teacher removed the student."), YES_NO)
    sharing: str = column(_("Camera"), _("What the student chose to share."), WORDS, camera=True)
    coverage: Share | None = column(
        _("Share of time with data"),
        _("Time with data, as a share of the time in class."),
        SHARE,
        camera=True,
    )
    average: Share | None = OWN_AVERAGE
    usual: Share | None = USUAL
    average_note: str = AVERAGE_NOTE
    formula: str = FORMULA


class Average(Row):
    grain = _("An average of the class or of a student, made by one version of the formula")

    participant: Count | None = column(
        _("Number"), _("The student's number in this session. Empty: the whole class."), camera=True
    )
    formula: str = FORMULA
    begins_at: datetime | None = column(
        _("From"), _("When this version took over. Empty for a student."), TIME, camera=True
    )
    average: Share | None = column(
        _("Average"),
        _("Observed engagement by this version alone. Not comparable with other versions."),
        SHARE,
        camera=True,
    )
    average_low: Share | None = LOW
    average_high: Share | None = HIGH
    average_note: str = AVERAGE_NOTE
    students_with_data: Count | None = WITH_DATA
    students_counted: Count | None = COUNTED
    usual: Share | None = USUAL


class Visit(Row):
    grain = _("A student's time in class without a break")

    participant: Count = PARTICIPANT
    begins_at: datetime = column(_("From"), _("When the student came."), TIME)
    ends_at: datetime = column(_("To"), _("When the student left, or the class ended."), TIME)
    seconds: Seconds = column(_("Time"), _("From coming to leaving."), SECONDS)


class ParticipantMinute(Row):
    grain = _("A student in a minute of the class, by the clock")

    participant: Count = PARTICIPANT
    begins_at: datetime = MINUTE
    present_seconds: Seconds = column(_("In class"), _("Of this minute."), SECONDS)
    seconds_with_data: Seconds | None = column(
        _("With data"), _("Of this minute. Empty where the student does not share it."), SECONDS, camera=True
    )
    main_gap: str = column(
        _("Without data because"), _("The reason for most of the time without data."), WORDS, camera=True
    )
    average: Share | None = OWN_AVERAGE
    expression: str = column(
        _("Expression"), _("The one with the largest share, of a student who shares it."), WORDS, camera=True
    )
    formula: str = FORMULA


class Question(Row):
    grain = _("A question to the class")

    question: Count = QUESTION
    asked_at: datetime = column(_("Asked"), _("When the question opened."), TIME)
    closed_at: datetime | None = column(_("Closed"), _("Empty while the question is open."), TIME)
    text: str = column(_("Text"), _("What was asked."))
    kind: str = column(_("Kind"), _("How it is answered."), WORDS)
    role: str = column(_("Place"), _("Check-in, exit ticket, or a question between them."), WORDS)
    is_anonymous: bool = column(_("Anonymous"), _("Whether answers have no names."), YES_NO)
    answered: Count = column(_("Answered"), _("Students who answered."), STUDENTS)
    present: Count = column(_("Present"), _("Students in class when the question closed."), STUDENTS)
    share_answered: Share | None = column(
        _("Share answered"), _("Students who answered, as a share of those present."), SHARE
    )
    average: float | None = column(_("Average"), _("On a scale from 1 to 5."), SCALE)
    answers_not_shown: Count = column(
        _("Not shown"), _("Answers in one word that the teacher hid, or that too few gave."), STUDENTS
    )
    note: str = column(_("Note"), _("Why no answers are shown."), WORDS)


class Result(Row):
    grain = _("An answer to a question, and how many gave it")

    question: Count = QUESTION
    answer: str = column(_("Answer"), _("An option, a value of the scale, a word, or what was written."))
    count: Count = column(_("Students"), _("How many gave this answer."), STUDENTS)
    share: Share = column(_("Share"), _("As a share of the students who answered."), SHARE)
    is_right: bool | None = column(
        _("Right"), _("Empty where no answer is right or wrong, and while the question is open."), YES_NO
    )


class Answer(Row):
    grain = _("A student's answer to a question with names")

    question: Count = QUESTION
    participant: Count = PARTICIPANT
    answered_at: datetime | None = column(
        _("Answered"), _("Empty: the student was in class and did not answer."), TIME
    )
    answer: str = column(_("Answer"), _("Chosen options are separated by commas."))


class StudentQuestion(Row):
    grain = _("A question that a student asked")

    number: Count = column(_("Number"), _("In the order of votes."))
    text: str = column(_("Text"), _("What the student asked."))
    votes: Count = column(_("Votes"), _("Students who voted for it."), STUDENTS)
    status: str = column(_("Status"), _("What became of it."), WORDS)
    participant: Count | None = column(
        _("Student's number"), _("In this session. Empty: asked without a name.")
    )
    asked_at: datetime | None = column(_("Asked"), _("Empty: asked without a name."), TIME)


class Hand(Row):
    grain = _("A raised hand")

    participant: Count = PARTICIPANT
    raised_at: datetime = column(_("Raised"), _("When the hand went up."), TIME)
    lowered_at: datetime | None = column(_("Lowered"), _("Empty while the hand is up."), TIME)
    up_seconds: Seconds = column(_("Up for"), _("How long the hand was up, or has been."), SECONDS)
    lowered_by: str = column(_("Lowered by"), _("The teacher or the student."), WORDS)


class Feedback(Row):
    grain = _("What students said by button in five minutes, without names")

    begins_at: datetime = column(_("From"), _("When the five minutes begin."), TIME)
    ends_at: datetime = column(_("To"), _("When the five minutes end, or the class."), TIME)
    said: str = column(_("Feedback"), _("The button."), WORDS)
    students: Count = column(_("Students"), _("Of each student the latest of a kind counts."), STUDENTS)


class Marker(Row):
    grain = _("A marker of the teacher, or a “Got it”")

    at: datetime = column(_("Time"), _("When it was set or said."), TIME)
    kind: str = column(_("Kind"), _("Marker, or “Got it”."), WORDS)
    label: str = column(_("Label"), _("What the teacher wrote."))
    lost: Count | None = column(_("Lost"), _("Students who were lost when it was said."), STUDENTS)


class Gap(Row):
    grain = _("A reason for time without data, of a student or of the whole class")

    participant: Count | None = column(
        _("Number"), _("The student's number in this session. Empty: the whole class."), camera=True
    )
    reason: str = column(_("Without data because"), _("The reason."), WORDS, camera=True)
    seconds: Seconds = column(
        _("Student time"), _("Time without data for this reason."), SECONDS, camera=True
    )
    share: Share = column(
        _("Share"), _("As a share of the class time for which it is known."), SHARE, camera=True
    )


# Each table by its name: the same in the JSON document, in the API, and as the name of a CSV file.
TABLES: dict[str, type[Row]] = {
    "session": Session,
    "minutes": Minute,
    "participants": Participant,
    "averages": Average,
    "visits": Visit,
    "participant_minutes": ParticipantMinute,
    "questions": Question,
    "results": Result,
    "answers": Answer,
    "student_questions": StudentQuestion,
    "hands": Hand,
    "feedback": Feedback,
    "markers": Marker,
    "gaps": Gap,
}
