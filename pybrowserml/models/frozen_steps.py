"""How the plans of a frozen model run: those of a file are checked for each size."""

from ..backends.check import check_sizes
from ..backends.runner import PlanRunner
from ..platform.text import to_json


class CheckedRunner(PlanRunner):
    """Runs a plan from a file: shapes are checked for the sizes of each run that is the first of its kind."""

    def __init__(self, plan, variables, place):
        super().__init__(plan, variables)
        self.place = place
        self.checked = []

    def check_for(self, sizes):
        """Raise FormatError unless the plan's shapes agree for these sizes; whether this had to be found out."""
        key = to_json(sizes)
        if key not in self.checked:
            check_sizes(self.plan, sizes, self.place)
            self.checked.append(key)
            if len(self.checked) > 64:
                self.checked.pop(0)
            return True
        return False
