"""Prints what an unpacked openai-python package says of its operations.

package.py PATH: the package's folder `openai`, a folder that holds it, or a
wheel. It is read as text, by `ast`; nothing of it is run. One line is one column
of a row as spec/support/facts/operations.lua has them, with a tab between; an
empty line ends an operation. But for a wheel, no more of Python is needed than
Debian's python3-minimal has.
"""

import ast
import os
import re
import sys

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
VERBS = {"_get": "GET", "_post": "POST", "_put": "PUT", "_patch": "PATCH", "_delete": "DELETE", "_get_api_list": "GET"}
BASIC = {"str": "s", "int": "i", "float": "n", "bool": "b", "datetime": "s", "date": "s", "object": "o", "Any": "o"}
FILES = {"FileTypes", "FileContent"}
NOTHING = {"None", "Omit", "NotGiven"}
LISTS = {"Iterable", "List", "list", "Sequence", "SequenceNotStr"}
MAPS = {"Dict", "dict", "Mapping"}
WRAPPERS = {"Required", "NotRequired", "Annotated", "ReadOnly"}
ORDER = "sinbamofF"


class Files:
    """The files of a package, in a folder or in a wheel."""

    def __init__(self, path):
        inner = os.path.join(path, "openai")
        self.path, self.archive = inner if os.path.isdir(inner) else path, None
        if os.path.isfile(path):
            import zipfile

            self.archive = zipfile.ZipFile(path)

    def read(self, name):
        """The text of a file, or None."""
        try:
            if self.archive:
                return self.archive.read("openai/" + name).decode()
            with open(os.path.join(self.path, name), encoding="utf-8") as opened:
                return opened.read()
        except (KeyError, FileNotFoundError, NotADirectoryError):
            return None


class Module:
    """One file: what its names stand for."""

    def __init__(self, package, text):
        self.package, self.names = package, {}
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self.add_import(node)
        for node in tree.body:
            self.add_definition(node)

    def add_import(self, node):
        """A name from the package is (module, name there); from elsewhere, the bare name."""
        base = self.package[: len(self.package) - node.level + 1] + tuple(filter(None, (node.module or "").split(".")))
        for alias in node.names:
            self.names[alias.asname or alias.name] = (base, alias.name) if node.level else alias.name

    def add_definition(self, node):
        if isinstance(node, ast.ClassDef):
            self.names[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.names[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            self.names[node.target.id] = node.value


class Package:
    """The modules of a package, read when they are asked for."""

    def __init__(self, files):
        self.files, self.modules = files, {}

    def module(self, parts):
        if parts not in self.modules:
            self.modules[parts] = self.read(parts)
        return self.modules[parts]

    def read(self, parts):
        for name, package in (("/".join(parts + ("__init__.py",)), parts), ("/".join(parts) + ".py", parts[:-1])):
            text = self.files.read(name)
            if text is not None:
                return Module(package, text)
        return None

    def find(self, module, name):
        """What a name means: a place and a node; a module and None; or None and the bare name of something foreign."""
        meaning = module.names.get(name, name)
        if isinstance(meaning, str):
            return None, meaning
        if isinstance(meaning, ast.AST):
            return module, meaning
        parts, inner = meaning
        there = self.module(parts)
        if there and inner in there.names:
            return self.find(there, inner)
        submodule = self.module(parts + (inner,))
        return (submodule, None) if submodule else (None, inner)

    def resolve(self, module, node):
        """Follows names and attributes to what they stand for, as `find` returns it."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.resolve(module, ast.parse(node.value, mode="eval").body)
        if isinstance(node, ast.Name):
            return self.resolve_again(node, *self.find(module, node.id))
        if isinstance(node, ast.Attribute):
            there, inner = self.resolve(module, node.value)
            is_module = there and inner is None
            return self.resolve_again(node, *self.find(there, node.attr)) if is_module else (None, node.attr)
        return module, node

    def resolve_again(self, asked, module, node):
        """An alias may stand for an alias."""
        is_name = isinstance(node, (ast.Name, ast.Attribute, ast.Constant))
        return self.resolve(module, node) if module and is_name and node is not asked else (module, node)


def name_of(node):
    """The last part of a name, without what stands in brackets."""
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return getattr(node, "id", getattr(node, "attr", None))


def arguments_of(node):
    """What stands in the brackets of `Union[...]`."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


class Types:
    """Annotations: the fields of a TypedDict, the kinds of a value."""

    def __init__(self, package):
        self.package = package

    def variants(self, module, node):
        """The classes that a name stands for, those of a union one by one."""
        if isinstance(node, ast.IfExp):
            return self.variants(module, node.body) + self.variants(module, node.orelse)
        module, node = self.package.resolve(module, node)
        if isinstance(node, ast.Subscript):
            return [found for part in arguments_of(node) for found in self.variants(module, part)]
        return [(module, node)]

    def fields(self, module, node):
        """The fields of a TypedDict or of a union of them: key -> name on the wire, kinds, whether it is required."""
        merged, lists = {}, [self.own_fields(*variant) for variant in self.variants(module, node)]
        for fields in lists:
            for key, field in fields.items():
                known = merged.setdefault(key, dict(field, required=True))
                known["kinds"] = ordered(known["kinds"] + field["kinds"])
        for key, field in merged.items():
            field["required"] = all(key in fields and fields[key]["required"] for fields in lists)
        return merged

    def own_fields(self, module, node):
        """The fields of one class, those of its bases too; of `TypedDict("Name", {...})`."""
        if isinstance(node, ast.Call) and name_of(node.func) == "TypedDict":
            pairs = zip(node.args[1].keys, node.args[1].values)
            return {key.value: self.field(module, key.value, value, node.keywords) for key, value in pairs}
        fields = {}
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                fields.update(self.own_fields(*self.package.resolve(module, base)))
            for line in node.body:
                if isinstance(line, ast.AnnAssign):
                    fields[line.target.id] = self.field(module, line.target.id, line.annotation, node.keywords)
        return fields

    def field(self, module, key, annotation, keywords):
        total = all(keyword.arg != "total" or keyword.value.value for keyword in keywords)
        field = {"name": key, "required": total}
        while isinstance(annotation, ast.Subscript) and name_of(annotation) in WRAPPERS:
            field["required"] = {"Required": True, "NotRequired": False}.get(name_of(annotation), field["required"])
            field["name"] = alias_in(annotation) or field["name"]
            annotation = arguments_of(annotation)[0]
        field["kinds"] = self.kinds(module, annotation)
        return field

    def kinds(self, module, node):
        """The letters of the kinds that a value may have."""
        module, node = self.package.resolve(module, node) if not is_known(node) else (module, node)
        if node is None or isinstance(node, ast.Constant):
            return ""
        if isinstance(node, str):
            return kind_of_name(node)
        if isinstance(node, ast.BinOp):
            return ordered(self.kinds(module, node.left) + self.kinds(module, node.right))
        if isinstance(node, ast.Subscript):
            return self.kinds_of_generic(module, node)
        return kind_of_name(name_of(node)) if is_known(node) else "o"

    def kinds_of_generic(self, module, node):
        name, arguments = name_of(node), arguments_of(node)
        if name in ("Union", "Optional"):
            return ordered("".join(self.kinds(module, part) for part in arguments))
        if name == "Literal":
            return ordered("".join(BASIC.get(type(part.value).__name__, "") for part in arguments))
        if name in WRAPPERS:
            return self.kinds(module, arguments[0])
        if name in LISTS:
            return "F" if name_of(arguments[0]) in FILES else "a"
        return "m" if name in MAPS else "o"


def is_known(node):
    return isinstance(node, (ast.Name, ast.Attribute)) and name_of(node) in FILES | NOTHING | set(BASIC)


def kind_of_name(name):
    return "f" if name in FILES else "" if name in NOTHING else BASIC.get(name, "o")


def ordered(kinds):
    return "".join(kind for kind in ORDER if kind in kinds)


def alias_in(annotation):
    """The name on the wire in `Annotated[X, PropertyInfo(alias="name")]`."""
    for call in arguments_of(annotation)[1:]:
        for keyword in getattr(call, "keywords", []):
            if keyword.arg == "alias":
                return keyword.value.value
    return None


class Method:
    """One function that sends a request."""

    def __init__(self, types, module, function, call):
        self.types, self.module, self.function, self.call = types, module, function, call
        self.keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        for node in ast.walk(call):
            if isinstance(node, ast.Call) and name_of(node.func) == "make_request_options":
                self.keywords.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg})

    def assigned(self, name):
        """All values that a variable is given."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assign) and name in [name_of(target) for target in node.targets]:
                yield node.value

    def behind(self, node):
        """An expression, and those of the variables in it."""
        seen, waiting = set(), [node]
        while waiting:
            found = waiting.pop()
            yield found
            for inner in ast.walk(found):
                if isinstance(inner, ast.Name) and inner.id not in seen | {"extra_headers"}:
                    seen.add(inner.id)
                    waiting.extend(self.assigned(inner.id))

    def parameters(self, where):
        """The fields of `query` or `body`: the keys that are written, of the kinds that their class says."""
        keys, fields = {}, {}
        for expression in self.behind(self.keywords[where]):
            keys.update((key, True) for key, _, _ in entries(expression))
            for node in ast.walk(expression):
                if isinstance(node, ast.Call) and name_of(node.func) == "maybe_transform":
                    fields = self.types.fields(self.module, node.args[1])
        return list(keys), fields

    def headers(self):
        """The header lines that are always sent, and the names of those that a parameter gives."""
        fixed, given = {}, set()
        for value in self.assigned("extra_headers"):
            calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
            optional = [argument for call in calls for argument in call.args]
            for name, node, owner in entries(value):
                if owner in optional:
                    given.add(name.lower())
                elif isinstance(node, ast.Constant):
                    fixed[name.lower()] = node.value
        return fixed, given

    def path(self):
        """The template, written as a text, as an f-string or in `path_template(...)`."""
        node = self.call.args[0]
        node = node.args[0] if isinstance(node, ast.Call) else node
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        return "".join(part.value if isinstance(part, ast.Constant) else "{%s}" % name_of(part.value) for part in parts)

    def verb(self):
        method = self.keywords.get("method")
        return method.value.upper() if method else VERBS[self.call.func.attr]

    def reply(self):
        """By the type that a reply becomes; JSON is not said."""
        cast_to = self.keywords.get("cast_to")
        if isinstance(cast_to, ast.Call) and name_of(cast_to.func).endswith("response_format_type"):
            return "json_or_text"
        return {"HttpxBinaryResponseContent": "bytes", "str": "text", "NoneType": "empty"}.get(name_of(cast_to))

    def page(self):
        """SyncConversationCursorPage -> conversation_cursor; SyncPage -> page."""
        name = name_of(self.keywords["page"]) if "page" in self.keywords else None
        style = name and re.sub(r"^Sync(.*?)(Page)?$", r"\1", name)
        return re.sub(r"(?<=.)([A-Z])", r"_\1", style or "Page").lower() if name else None

    def stream(self, facts):
        node = self.keywords.get("stream")
        if isinstance(node, ast.Constant):
            return "always" if node.value else None
        fields = {where: [field["name"] for field in facts.get(where) or ()] for where in ("query", "body", "form")}
        if node:
            return "query" if "stream" in fields["query"] else "body"
        return "format" if "stream_format" in fields["body"] else None

    def is_admin(self):
        security = self.keywords.get("security")
        return isinstance(security, ast.Dict) and any("admin" in key.value for key in security.keys)

    def facts(self, name):
        fixed, given = self.headers()
        facts = {"name": name, "method": self.verb(), "target": self.path(), "reply": self.reply(), "page": self.page()}
        facts.update(beta=fixed.get("openai-beta"), accept=fixed.get("accept"), admin=self.is_admin())
        facts.update(betas="openai-beta" in given, idempotency="idempotency-key" in given)
        others = (set(fixed) | given) - {"openai-beta", "accept", "content-type", "idempotency-key"}
        facts["headers"] = " ".join(sorted(others))
        self.add_fields(facts, "form" if "multipart/form-data" in fixed.values() else "body")
        facts["stream"] = self.stream(facts)
        return facts

    def add_fields(self, facts, kind_of_body):
        """What is in the method alone, or in the class of its parameters alone, counts, and is told in `halves`."""
        lists = {where: self.parameters(where) for where in ("query", "body") if where in self.keywords}
        written = {key for keys, _ in lists.values() for key in keys}
        for where, (keys, fields) in lists.items():
            unwritten = [key for key in fields if key not in written and fields[key]["name"] not in self.elsewhere()]
            unknown = [key for key in keys if key not in fields]
            column = kind_of_body if where == "body" else where
            facts[column] = [fields.get(key) or self.argument(key) for key in keys + unwritten]
            facts["halves"] = " ".join(facts.get("halves", "").split() + unwritten + unknown)

    def argument(self, name):
        """A field, as the argument of that name says it."""
        arguments = self.function.args
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
            if argument.arg == name:
                kinds = self.types.kinds(self.module, argument.annotation)
                return {"name": name, "kinds": kinds, "required": default is None}
        return {"name": name, "kinds": "", "required": False}

    def elsewhere(self):
        """What stands in the path or in a header."""
        return set(re.findall(r"{(\w+)}", self.path())) | {"betas", "idempotency_key", "Idempotency-Key", "openai-beta"}


class Reader:
    """Walks from the client through its resources."""

    def __init__(self, files):
        self.package = Package(files)
        self.types = Types(self.package)
        self.operations = []

    def is_resource(self, module, node):
        bases = [self.package.resolve(module, base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
        return any(name_of_class(base) == "SyncAPIResource" or self.is_resource(there, base) for there, base in bases)

    def functions(self, module, node):
        """The functions of a class and of its bases; the last of a name counts."""
        found = {}
        for there, base in (self.package.resolve(module, base) for base in node.bases):
            if self.is_resource(there, base):
                found.update(self.functions(there, base))
        found.update((function.name, (module, function)) for function in node.body if isinstance(function, FUNCTIONS))
        return found

    def walk(self, module, node, path):
        for key, (there, function) in self.functions(module, node).items():
            inner = self.package.resolve(there, function.returns) if function.returns else (None, None)
            if function.decorator_list and self.is_resource(*inner):
                self.walk(*inner, path + (key,))
            else:
                self.read(there, function, path + (key,))

    def read(self, module, function, path):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
                if name_of(node.func.value) == "self" and node.args:
                    self.operations.append(Method(self.types, module, function, node).facts(".".join(path)))


def name_of_class(node):
    return node.name if isinstance(node, ast.ClassDef) else node


def entries(node):
    """The entries of all dictionaries in an expression whose keys are texts: key, value, dictionary."""
    for inner in ast.walk(node):
        for key, value in zip(inner.keys, inner.values) if isinstance(inner, ast.Dict) else ():
            if isinstance(key, ast.Constant):
                yield key.value, value, inner


def field_text(field):
    """A field as it stands in a row: `name:kinds!`."""
    kinds = "" if field["kinds"] == "s" else ":" + field["kinds"]
    return field["name"] + (kinds if field["kinds"] else "") + ("!" if field["required"] else "")


def lines_of(facts):
    """One operation as columns with their values."""
    yield "name", facts.pop("name")
    yield "1", "%s %s" % (facts.pop("method"), facts.pop("target"))
    for column, value in facts.items():
        if isinstance(value, list):
            yield column, " ".join(field_text(one) if isinstance(one, dict) else one for one in value)
        elif value:
            yield column, "true" if value is True else value


def main(path):
    reader = Reader(Files(path))
    if not reader.package.module(("_client",)):
        sys.exit("%s: no openai-python package: it has no _client.py" % path)
    module, client = reader.package.find(reader.package.module(("_client",)), "OpenAI")
    reader.walk(module, client, ())
    for facts in reader.operations:
        print("".join("%s\t%s\n" % line for line in lines_of(facts)))


main(sys.argv[1])
