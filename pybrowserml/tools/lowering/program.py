"""A program: a module of a user with the modules of their own that it imports, and what of them waits."""

import ast
import functools
import json
from pathlib import Path

from ..modules import JAVASCRIPT, TranspileError
from ..transpile import _mappings
from .glue import glue_text
from .library import TOP, Library
from .module import ModuleWriter, exports_of
from .names import AT_ONCE, FUNCTIONS, bound_names, js_name, own_nodes

# What gives a function that waits, save in the recording of another one.
TRANSFORMATIONS = frozenset(
    """function grad grads value_and_grad value_and_grads variable_grads jacobian hessian vmap linearize""".split()
)


class Program:
    """The modules that an entry reaches. make_library: gives the Library, should a module import it; shared: where the
    JavaScript of the library and the runtime lies, as the program's modules import it.
    """

    def __init__(self, entry: Path, make_library=None, shared: str = "."):
        self.shared = shared
        self.folder = entry.resolve().parent
        self.entry = entry.stem
        self.make_library = make_library
        self.trees: dict[str, ast.Module] = {}
        self.sources: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.library_used = False
        self.methods: set[str] = set()
        pending = [self.entry]
        while pending:
            name = pending.pop()
            if name not in self.trees:
                self.read(name)
                pending += self.imports(name)
        self.waiting: dict[int, ast.Call] = {}
        self.waiting_names: set[tuple[str, str]] = set()
        self.waiting_methods: set[str] = set()
        # What `pb.function(f)`, `pb.grad(f)` and so on gave: (module, name), and names of attributes.
        self.compiled: set[tuple[str, str]] = set()
        self.compiled_attributes: set[str] = set()
        self.find_waiting()

    @functools.cached_property
    def library(self) -> Library:
        assert self.make_library is not None
        return self.make_library()

    # ------------------------------------------------------------ modules

    def path(self, name: str) -> Path | None:
        base = self.folder.joinpath(*name.split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if name and path.is_file():
                return path
        return None

    def is_own(self, name: str) -> bool:
        return self.path(name) is not None

    def file(self, name: str) -> str:
        """The name of a module's JavaScript."""
        return f"program.{name}.js"

    def read(self, name: str) -> None:
        path = self.path(name)
        assert path is not None
        label = path.relative_to(self.folder).as_posix()
        source = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(source)
        except SyntaxError as failure:
            raise TranspileError(label, failure.lineno or 1, f"syntax error: {failure.msg}") from None
        self.trees[name], self.sources[name], self.labels[name] = tree, source, label

    def imports(self, name: str) -> list[str]:
        """The modules of the program that one imports."""
        found = []
        for node in ast.walk(self.trees[name]):
            wanted = []
            if isinstance(node, ast.Import):
                wanted = [item.name for item in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = name.split(".")[: -node.level] if node.level else []
                source = ".".join([*base, *([node.module] if node.module else [])])
                wanted = [source, *(f"{source}.{item.name}" if source else item.name for item in node.names)]
            self.library_used |= any(one.split(".")[0] == TOP for one in wanted if one)
            found += [one for one in wanted if self.is_own(one)]
        return found

    def check_name(self, writer, node: ast.AST, module: str, name: str) -> None:
        known = exports_of(self.trees[module])
        if name not in known:
            writer.refuse(node, "member", f"{module}.{name}")

    def note_method(self, name: str) -> None:
        """A method is called with keywords."""
        self.methods.add(name)

    # ------------------------------------------------------------ what waits

    def find_waiting(self) -> None:
        """Functions wait that call one that waits, by its name: read back values, train, save."""
        if not self.library_used:
            return
        self.waiting_methods = set(self.library.waiting_methods)
        for name in self.trees:
            self.find_compiled(name)
        before = -1
        while before != len(self.waiting):
            before = len(self.waiting)
            for name, tree in self.trees.items():
                for parent in ast.walk(tree):
                    for node in ast.iter_child_nodes(parent):
                        if isinstance(node, ast.FunctionDef) and id(node) not in self.waiting:
                            found = self.waiting_call(name, node)
                            if found is not None:
                                self.waiting[id(node)] = found
                                if isinstance(parent, ast.ClassDef):
                                    self.waiting_methods.add(node.name)
                                else:
                                    self.waiting_names.add((name, node.name))

    def find_compiled(self, module: str) -> None:
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Assign) and self.is_transformation(module, node.value):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.compiled.add((module, target.id))
                    elif isinstance(target, ast.Attribute):
                        self.compiled_attributes.add(target.attr)
            elif isinstance(node, ast.FunctionDef):
                if any(self.is_transformation(module, item, True) for item in node.decorator_list):
                    self.compiled.add((module, node.name))

    def is_transformation(self, module: str, node: ast.expr, bare: bool = False) -> bool:
        """Whether an expression is a call of pb.grad and the like (or, bare, its name), whose result waits."""
        func = node.func if isinstance(node, ast.Call) else node if bare else None
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", None)
        root = func
        while isinstance(root, ast.Attribute):
            root = root.value
        return name in TRANSFORMATIONS and getattr(root, "id", None) in self.library_names(module)

    def library_names(self, module: str) -> set[str]:
        """The names that a module imports from the library."""
        found = set()
        for node in ast.walk(self.trees[module]):
            source = node.module or "" if isinstance(node, ast.ImportFrom) and node.level == 0 else ""
            if isinstance(node, ast.Import):
                found |= {item.asname or TOP for item in node.names if item.name.split(".")[0] == TOP}
            elif source.split(".")[0] == TOP:
                found |= {item.asname or item.name for item in getattr(node, "names", [])}
        return found

    def calls_compiled(self, module: str, node: ast.Call) -> bool:
        """Whether a call is one of what a transformation gave."""
        func = node.func
        if isinstance(func, ast.Call):
            return self.is_transformation(module, func)
        if isinstance(func, ast.Attribute):
            return func.attr in self.compiled_attributes
        return isinstance(func, ast.Name) and (module, func.id) in self.compiled

    def waiting_call(self, module: str, function: ast.FunctionDef) -> ast.Call | None:
        aliases = self.aliases(module)
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        local = bound_names(list(function.body)) | {argument.arg for argument in arguments}
        for node in own_nodes(list(function.body)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr in self.waiting_methods:
                return node
            if function.name not in AT_ONCE and self.calls_compiled(module, node):
                return node
            if isinstance(node.func, ast.Attribute) and self.member_waits(module, node.func):
                return node
            name = getattr(node.func, "id", "")
            if isinstance(node.func, ast.Name) and name in local:
                if name in self.waiting_inside(function):
                    return node
                continue
            if isinstance(node.func, ast.Name) and self.waits(module, name):
                return node
            if isinstance(node.func, ast.Name) and name in aliases and aliases[name] is not None:
                return node
        return None

    def member_waits(self, module: str, node: ast.Attribute) -> bool:
        """Whether `other.name` is a function of another module, or of the library, that waits."""
        chain = [node.attr]
        root = node.value
        while isinstance(root, ast.Attribute):
            chain.insert(0, root.attr)
            root = root.value
        home = self.imported_modules(module).get(getattr(root, "id", ""))
        if home is None:
            return False
        if home.split(".")[0] != TOP:
            return len(chain) == 1 and (home, chain[0]) in self.waiting_names
        for name in chain:
            found = self.library.find(home, name)
            if found is None or found.kind != "module":
                return found is not None and found.waits
            home = found.module
        return False

    def imported_modules(self, module: str) -> dict[str, str]:
        """Alias → module, of the program or the library, that a module imports."""
        found: dict[str, str] = {}
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Import):
                found.update({item.asname or item.name.split(".")[0]: item.name for item in node.names})
            elif isinstance(node, ast.ImportFrom):
                base = module.split(".")[: -node.level] if node.level else []
                source = ".".join([*base, *([node.module] if node.module else [])])
                for item in node.names:
                    inner = f"{source}.{item.name}" if source else item.name
                    if self.is_own(inner) or source.split(".")[0] == TOP and self.library.has_module(inner):
                        found[item.asname or item.name] = inner
        return found

    def aliases(self, module: str) -> dict[str, ast.AST | None]:
        """Names that a module imports from the library and that wait."""
        found: dict[str, ast.AST | None] = {}
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == TOP:
                for item in node.names:
                    one = self.library.find(node.module or TOP, item.name)
                    if one is not None and one.waits:
                        found[item.asname or item.name] = node
        return found

    def waits(self, module: str, name: str) -> bool:
        if (module, name) in self.waiting_names:
            return True
        for node in self.trees[module].body:
            if isinstance(node, ast.ImportFrom):
                for item in node.names:
                    if (item.asname or item.name) == name and (node.module, item.name) in self.waiting_names:
                        return True
        return False

    def waiting_inside(self, function: ast.FunctionDef) -> set[str]:
        """The names of the functions that a function defines and that wait."""
        return {
            node.name
            for node in own_nodes(list(function.body))
            if isinstance(node, ast.FunctionDef) and id(node) in self.waiting
        }

    def function_waits(self, node: ast.FunctionDef) -> ast.Call | None:
        """A call in a function that waits, or None."""
        return self.waiting.get(id(node))

    # ------------------------------------------------------------ writing

    def write(self, out: Path) -> None:
        """Write the JavaScript of all modules, and the runtime, into a folder."""
        runtime = out / self.shared / "python"
        runtime.mkdir(parents=True, exist_ok=True)
        for path in sorted((JAVASCRIPT / "python").glob("*.js")):
            _keep(runtime / path.name, path.read_text(encoding="utf-8"))
        for name, tree in self.trees.items():
            lines, numbers = ModuleWriter(self.labels[name], name, tree, self).write()
            file = self.file(name)
            text = "\n".join([*lines, f"//# sourceMappingURL={file}.map", ""])
            source_map = {
                "version": 3,
                "file": file,
                "sources": [self.labels[name]],
                "sourcesContent": [self.sources[name]],
                "names": [],
                "mappings": _mappings(numbers),
            }
            _keep(out / file, text)
            _keep(out / f"{file}.map", json.dumps(source_map))
        if self.library_used:
            _keep(out / "program.glue.js", glue_text(self.library, self.methods, self.shared))

    def public(self) -> list[tuple[str, str]]:
        """(JavaScript name in the module, name for the page) of what the entry defines."""
        tree = self.trees[self.entry]
        return [(js_name(name), name) for name in sorted(exports_of(tree)) if not name.startswith("_")]


def lower_program(entry: Path, out: Path, make_library=None, shared: str = ".") -> Program:
    """Write a user's module and those of their own that it imports as JavaScript into the folder `out`.

    make_library, shared: see Program. Raises Refused or TranspileError.
    """
    program = Program(entry, make_library, shared)
    program.write(out)
    return program


def _keep(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


__all__ = ["FUNCTIONS", "Program", "lower_program"]
