from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.urls import path

from .account_forms import NewPasswordForm, SignInForm
from .password_queue import queue_for_hashing
from .views import account, courses, joining, my_data, room, teacher

# These come before django.contrib.auth.urls in config/urls.py, which has pages of the same names.
sign_in = LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True)
set_password = PasswordResetConfirmView.as_view(form_class=NewPasswordForm)
change_password = account.ChangePassword.as_view()

urlpatterns = [
    path("", teacher.home, name="home"),
    path("accounts/signup/", queue_for_hashing(account.signup), name="signup"),
    path("accounts/demo/", account.try_demo, name="try-demo"),
    path("accounts/login/", queue_for_hashing(sign_in), name="login"),
    path("accounts/password_change/", queue_for_hashing(change_password), name="password_change"),
    path("accounts/reset/<uidb64>/<token>/", queue_for_hashing(set_password), name="password_reset_confirm"),
    path("accounts/delete/", queue_for_hashing(account.delete_account), name="account-delete"),
    path("accounts/password_reset/", account.ForgottenPassword.as_view(), name="password_reset"),
    path("courses/new/", courses.new_course, name="course-new"),
    path("courses/<int:course_id>/", courses.course_page, name="course"),
    path("courses/<int:course_id>/teachers/", courses.invite_teacher, name="teacher-invite"),
    path(
        "courses/<int:course_id>/invitations/<int:invitation_id>/cancel/",
        courses.cancel_invitation,
        name="teacher-invitation-cancel",
    ),
    path(
        "courses/<int:course_id>/teachers/<int:teacher_id>/remove/",
        courses.remove_teacher,
        name="teacher-remove",
    ),
    path(
        "courses/<int:course_id>/teachers/<int:teacher_id>/owner/",
        courses.hand_over,
        name="course-hand-over",
    ),
    path("invitations/<int:invitation_id>/", courses.answer_invitation, name="teacher-invitation"),
    path("sessions/new/", teacher.new_session, name="session-new"),
    path("sessions/<uuid:session_id>/invite/", teacher.invite, name="invite"),
    path("sessions/<uuid:session_id>/door/", teacher.change_admission, name="session-door"),
    path("sessions/<uuid:session_id>/cameras/", teacher.change_cameras, name="session-cameras"),
    path("sessions/<uuid:session_id>/close/", teacher.close_session, name="session-close"),
    path("sessions/<uuid:session_id>/delete/", teacher.delete_session, name="session-delete"),
    path(
        "sessions/<uuid:session_id>/participants/<uuid:participant_id>/remove/",
        teacher.remove_participant,
        name="participant-remove",
    ),
    path("sessions/<uuid:session_id>/markers/", teacher.add_marker, name="marker-add"),
    path(
        "sessions/<uuid:session_id>/markers/<int:marker_id>/",
        teacher.rename_marker,
        name="marker-rename",
    ),
    path(
        "sessions/<uuid:session_id>/markers/<int:marker_id>/remove/",
        teacher.remove_marker,
        name="marker-remove",
    ),
    path("join/", joining.join, name="join"),
    path("room/<uuid:session_id>/start/", room.before_you_start, name="before-you-start"),
    path("room/<uuid:session_id>/", room.room, name="room"),
    path("room/<uuid:session_id>/back/", room.room_back, name="room-back"),
    path("room/<uuid:session_id>/consent/", room.room_consent, name="room-consent"),
    path("room/<uuid:session_id>/withdraw/", room.room_withdraw, name="room-withdraw"),
    path("room/<uuid:session_id>/here/", room.room_here, name="room-here"),
    path("room/<uuid:session_id>/leave/", room.room_leave, name="room-leave"),
    path("room/<uuid:session_id>/erase/", room.room_erase, name="room-erase"),
    path("my-data/", my_data.my_data, name="my-data"),
]
