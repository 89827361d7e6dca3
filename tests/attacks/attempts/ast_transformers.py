# Turns every later cell into `pass`, and its check into the check of something else.
# reports: -

# Nothing is to be told: the check is asked whatever the cell has become.

# %%
import ast
import numpy as np
from grader import check


class Pass(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.parse("pass")


class Other(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant("triple") if node.value == "double" else node


get_ipython().ast_transformers += [Other(), Pass()]


def double(x):
    return x


# %%
check("double")

# %%
assert False, "this cell should have become pass"
