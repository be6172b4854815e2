from django.urls import path

from . import projector
from .views import prepared, student, teacher

urlpatterns = [
    path("courses/<int:course_id>/questions/", prepared.prepared_questions, name="prepared-questions"),
    path("courses/<int:course_id>/questions/copy/", prepared.copy_prepared_questions, name="prepared-copy"),
    path(
        "courses/<int:course_id>/questions/<int:question_id>/",
        prepared.edit_prepared_question,
        name="prepared-question",
    ),
    path(
        "courses/<int:course_id>/questions/<int:question_id>/change/",
        prepared.change_prepared_question,
        name="prepared-question-change",
    ),
    path("sessions/<uuid:session_id>/activities/", teacher.activities, name="activities"),
    path("sessions/<uuid:session_id>/prepared/", teacher.offers, name="question-offers"),
    path("sessions/<uuid:session_id>/questions/", teacher.ask, name="question-ask"),
    path(
        "sessions/<uuid:session_id>/questions/<uuid:question_id>/",
        teacher.change_question,
        name="question-change",
    ),
    path("sessions/<uuid:session_id>/lost/", teacher.acknowledge_lost, name="lost-acknowledge"),
    path("sessions/<uuid:session_id>/hands/", teacher.lower_hands, name="hands-lower"),
    path(
        "sessions/<uuid:session_id>/asked/<uuid:question_id>/",
        teacher.change_student_question,
        name="student-question-change",
    ),
    path("sessions/<uuid:session_id>/tools/", teacher.change_tools, name="tools-change"),
    path("sessions/<uuid:session_id>/timer/", teacher.set_timer, name="timer"),
    path("sessions/<uuid:session_id>/pick/", teacher.pick, name="pick"),
    path("sessions/<uuid:session_id>/groups/", teacher.group, name="groups"),
    path("sessions/<uuid:session_id>/projector/", projector.open_projector, name="projector-open"),
    path("projector/<str:token>/", projector.projector, name="projector"),
    path("room/<uuid:session_id>/activities/", student.activities, name="room-activities"),
    path("room/<uuid:session_id>/answer/", student.answer, name="room-answer"),
    path("room/<uuid:session_id>/hand/", student.raise_hand, name="room-hand"),
    path("room/<uuid:session_id>/ask/", student.ask, name="room-ask"),
    path("room/<uuid:session_id>/asked/<uuid:question_id>/vote/", student.vote, name="room-vote"),
    path("room/<uuid:session_id>/pick/", student.reply_to_pick, name="room-pick"),
]
