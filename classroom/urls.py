from django.contrib.auth.views import LoginView
from django.urls import path

from .forms import SignInForm
from .views import account, student, teacher

# It comes before django.contrib.auth.urls in config/urls.py, and so do its sign-in and
# the page for a forgotten password.
sign_in = LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True)

urlpatterns = [
    path("", teacher.home, name="home"),
    path("accounts/signup/", account.signup, name="signup"),
    path("accounts/login/", sign_in, name="login"),
    path("accounts/password_reset/", account.ForgottenPassword.as_view(), name="password_reset"),
    path("courses/new/", teacher.new_course, name="course-new"),
    path("courses/<int:course_id>/", teacher.course_page, name="course"),
    path("courses/<int:course_id>/teachers/", teacher.add_colleague, name="colleague-add"),
    path(
        "courses/<int:course_id>/teachers/<int:teacher_id>/remove/",
        teacher.remove_colleague,
        name="colleague-remove",
    ),
    path("sessions/new/", teacher.new_session, name="session-new"),
    path("sessions/<uuid:session_id>/invite/", teacher.invite, name="invite"),
    path("sessions/<uuid:session_id>/close/", teacher.close_session, name="session-close"),
    path("sessions/<uuid:session_id>/delete/", teacher.delete_session, name="session-delete"),
    path(
        "sessions/<uuid:session_id>/participants/<uuid:participant_id>/remove/",
        teacher.remove_participant,
        name="participant-remove",
    ),
    path("sessions/<uuid:session_id>/markers/", teacher.add_marker, name="marker-add"),
    path(
        "sessions/<uuid:session_id>/markers/<int:marker_id>/remove/",
        teacher.remove_marker,
        name="marker-remove",
    ),
    path("join/", student.join, name="join"),
    path("room/<uuid:session_id>/start/", student.before_you_start, name="before-you-start"),
    path("room/<uuid:session_id>/", student.room, name="room"),
    path("room/<uuid:session_id>/back/", student.room_back, name="room-back"),
    path("room/<uuid:session_id>/consent/", student.room_consent, name="room-consent"),
    path("room/<uuid:session_id>/withdraw/", student.room_withdraw, name="room-withdraw"),
    path("room/<uuid:session_id>/leave/", student.room_leave, name="room-leave"),
    path("room/<uuid:session_id>/erase/", student.room_erase, name="room-erase"),
    path("my-data/", student.my_data, name="my-data"),
]
