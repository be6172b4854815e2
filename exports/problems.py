"""Why a file cannot be made, in words for the teacher who asked for it."""


class CannotRender(Exception):
    """`problem` is one of Export.Problem."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
