"""A module beside the programs, for their imports."""

COUNT = 7
def helper(a, b=10):
    return a + b
class Base:
    kind = 'base'
    def __init__(self, v):
        self.v = v
    def who(self):
        return 'Base' + str(self.v)
