"""What there is to call, and with what; constants, enumerations and exceptions."""
import copy
import enum
import functools
import importlib
import inspect
import operator
import pickle
import pydoc
import re
import socket
import subprocess
import sys
import types
import unittest.mock
import warnings
import weakref

import psutil
import pytest

import contract

CALLABLES = [*contract.FUNCTIONS.items(),
             *((f"Process.{name}", args) for name, args in contract.METHODS.items())]
NEW_CALLABLES = [("bytes2human", "n"),
                 *((f"Process.{name}", args) for name, args in contract.NEW_METHODS.items())]


def find(path):
    owner, _, name = path.rpartition(".")
    return getattr(psutil.Process if owner else psutil, name)


def parameters(path):
    text = str(inspect.signature(find(path)))[1:-1]
    return re.sub(r"^self(, )?", "", text)


@pytest.mark.parametrize("path, expected", CALLABLES, ids=[p for p, _ in CALLABLES])
def test_signature(path, expected):
    if path == "getloadavg":
        expected = ""
    assert parameters(path) == expected
    for parameter in inspect.signature(find(path)).parameters.values():
        assert parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        if parameter.name != "self":
            assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


@pytest.mark.parametrize("path, expected", NEW_CALLABLES, ids=[p for p, _ in NEW_CALLABLES])
def test_signature_of_what_is_new(ours, path, expected):
    assert parameters(path).split(",")[0].split("=")[0] == expected


@pytest.mark.parametrize("path", [p for p, _ in CALLABLES if p.startswith("Process.")])
def test_signature_of_a_bound_method(path):
    bound = getattr(psutil.Process(), path.partition(".")[2])
    assert str(inspect.signature(bound)) == f"({dict(CALLABLES)[path]})"


def test_signatures_of_classes():
    assert str(inspect.signature(psutil.Process.__init__)) == "(self, pid=None)"
    assert str(inspect.signature(psutil.Process)) == "(pid=None)"
    assert str(inspect.signature(psutil.Popen)) == "(*args, **kwargs)"
    for name, expected in [("NoSuchProcess", "(pid, name=None, msg=None)"),
                           ("ZombieProcess", "(pid, name=None, ppid=None, msg=None)"),
                           ("AccessDenied", "(pid=None, name=None, msg=None)"),
                           ("TimeoutExpired", "(seconds, pid=None, name=None)")]:
        assert str(inspect.signature(getattr(psutil, name))) == expected


@pytest.mark.parametrize("path", [p for p, _ in CALLABLES])
def test_docstring(path, is_reference):
    function = find(path)
    assert function.__doc__ and len(function.__doc__) > 20 or is_reference
    assert function.__name__ == path.rpartition(".")[2]


@pytest.mark.parametrize("path", [p for p, _ in CALLABLES + NEW_CALLABLES])
def test_where_it_belongs(path, is_reference):
    function = find(path) if not is_reference or hasattr(psutil, path) else None
    if function is None or is_reference and path == "getloadavg":
        pytest.skip("a built-in function of the reference")
    assert function.__qualname__ == path
    if "." not in path:
        assert function.__module__ == "psutil"


@pytest.mark.parametrize("path", contract.ANSWERS)
def test_docstring_names_each_field(ours, path):
    text = find(path).__doc__
    fields = {**contract.TUPLES, **contract.NEW_TUPLES}[contract.ANSWERS[path]].split()
    missing = [field for field in fields if not re.search(rf"\b{field}\b", text)]
    assert not missing


@pytest.mark.parametrize("name", ["Process", "Popen", "Error", "NoSuchProcess", "ZombieProcess",
                                  "AccessDenied", "TimeoutExpired"])
def test_classes(name):
    cls = getattr(psutil, name)
    assert inspect.isclass(cls)
    assert cls.__doc__
    assert (cls.__module__, cls.__name__, cls.__qualname__) == ("psutil", name, name)
    assert pickle.loads(pickle.dumps(cls)) is cls


@pytest.mark.parametrize("name", contract.FUNCTIONS)
def test_function_can_be_patched(name):
    real = getattr(psutil, name)
    with unittest.mock.patch(f"psutil.{name}", return_value="patched") as fake:
        assert getattr(psutil, name)() == "patched"
        fake.assert_called_once_with()
    assert getattr(psutil, name) is real


@pytest.mark.parametrize("name", sorted(set(contract.FUNCTIONS) - {"getloadavg"}))
def test_function_can_be_patched_with_its_signature(name):
    real = getattr(psutil, name)
    with unittest.mock.patch(f"psutil.{name}", autospec=True, return_value=5) as fake:
        needed = {"disk_usage": ["/"], "pid_exists": [1], "wait_procs": [[]]}.get(name, [])
        assert getattr(psutil, name)(*needed) == 5
        fake.assert_called_once_with(*needed)
        # Mock looks at the parameters of functions written in Python only.
        if inspect.isfunction(real):
            with pytest.raises(TypeError):
                getattr(psutil, name)(*needed, nonsense=1)


@pytest.mark.parametrize("name", contract.FUNCTIONS)
def test_functions_are_functions(ours, name):
    """Also those that are called as what is compiled."""
    function = getattr(psutil, name)
    assert isinstance(function, types.FunctionType) and inspect.isfunction(function)
    assert inspect.isroutine(function) and not inspect.iscoroutinefunction(function)
    assert function.__name__ == function.__qualname__ == name and function.__module__ == "psutil"
    assert len(function.__doc__) > 20 and inspect.getdoc(function)
    assert function.__code__.co_name == name and f"def {name}(" in inspect.getsource(function)
    assert function.__globals__ is vars(psutil)
    assert repr(function).startswith(f"<function {name} at 0x")
    assert function is pickle.loads(pickle.dumps(function)) is copy.deepcopy(function)
    assert weakref.ref(function)() is function and function.__get__(None, object) is function
    assert f"{name}(" in pydoc.plain(pydoc.render_doc(function))
    wrapped = functools.wraps(function)(lambda: None)
    assert wrapped.__wrapped__ is function and wrapped.__doc__ == function.__doc__
    with pytest.raises(AttributeError):
        function.nonsense
    function.nonsense = 1
    assert function.nonsense == vars(function)["nonsense"] == 1
    del function.nonsense
    assert not hasattr(function, "nonsense")


def test_functions_are_bound_as_functions_are(ours):
    class Holder:
        exists = psutil.pid_exists

    class Number(int):
        exists = psutil.pid_exists
    with pytest.raises(TypeError):
        Holder().exists()
    assert Number(1).exists() is psutil.pid_exists(1) is psutil.pid_exists(pid=1)


@pytest.mark.parametrize("call, message", [
    ("boot_time(1)", "boot_time() takes 0 positional arguments but 1 was given"),
    ("boot_time(x=1)", "boot_time() got an unexpected keyword argument 'x'"),
    ("pid_exists()", "pid_exists() missing 1 required positional argument: 'pid'"),
    ("pid_exists(1, 2)", "pid_exists() takes 1 positional argument but 2 were given"),
    ("cpu_count(1, 2)", "cpu_count() takes from 0 to 1 positional arguments but 2 were given"),
    ("cpu_count(1, logical=2)", "cpu_count() got multiple values for argument 'logical'"),
    ("disk_usage(x=1)", "disk_usage() got an unexpected keyword argument 'x'"),
])
def test_wrong_arguments_of_functions(ours, call, message):
    with pytest.raises(TypeError) as caught:
        eval(f"psutil.{call}")
    assert str(caught.value) == message


@pytest.mark.parametrize("name", contract.METHODS)
def test_method_can_be_patched(name):
    process = psutil.Process()
    with unittest.mock.patch.object(psutil.Process, name, return_value="patched"):
        assert getattr(process, name)() == "patched"
    with unittest.mock.patch.object(process, name, return_value="mine"):
        assert getattr(process, name)() == "mine"
        assert getattr(psutil.Process, name) is not getattr(process, name)
    with unittest.mock.patch.object(psutil.Process, name, autospec=True, return_value=1) as fake:
        needed = {"rlimit": [7], "send_signal": [0]}.get(name, [])
        assert getattr(process, name)(*needed) == 1
        fake.assert_called_once_with(process, *needed)
        with pytest.raises(TypeError):
            getattr(process, name)(*needed, nonsense=1)
    assert "patched" != getattr(process, name)


@pytest.mark.parametrize("name", [*contract.METHODS, "__init__"])
def test_methods_are_functions(ours, name):
    """Whoever looks at a method finds what a function written in Python has."""
    method = getattr(psutil.Process, name)
    assert isinstance(method, types.FunctionType) and inspect.isfunction(method)
    assert inspect.isroutine(method) and not inspect.iscoroutinefunction(method)
    assert method.__code__.co_argcount - len(method.__defaults__ or ()) >= 1
    assert method.__code__.co_varnames[0] == "self" == inspect.getfullargspec(method).args[0]
    assert method.__closure__ is None and method.__kwdefaults__ is None
    assert method.__annotations__ == {} and vars(method) == {} and "__name__" in method.__globals__
    assert repr(method).startswith(f"<function Process.{name} at 0x")
    assert method is pickle.loads(pickle.dumps(method)) is copy.deepcopy(method)
    assert weakref.ref(method)() is method and method.__get__(None, psutil.Process) is method
    process = psutil.Process()
    bound = getattr(process, name)
    assert inspect.ismethod(bound) and bound.__func__ is method and bound.__self__ is process
    assert bound == getattr(process, name) and weakref.WeakMethod(bound)() == bound
    assert pydoc.render_doc(method)


def test_methods_are_called_in_every_way():
    process = psutil.Process()
    name = process.name()
    assert psutil.Process.name(process) == process.name(*(), **{}) == name
    assert functools.partial(psutil.Process.name)(process) == name
    assert operator.methodcaller("name")(process) == name == list(map(psutil.Process.name, [process]))[0]
    assert process.as_dict(**{"attrs": ["name"]}) == psutil.Process.as_dict(process, ["name"])
    for call in (psutil.Process.name, lambda: psutil.Process.name(5), lambda: process.name(1),
                 lambda: process.name(x=1), lambda: psutil.Process.as_dict(5, ["name"])):
        with pytest.raises(TypeError):
            call()


def test_the_class_is_patched_with_its_signature():
    double = unittest.mock.create_autospec(psutil.Process)
    with pytest.raises(TypeError):
        double(1, 2, 3)
    instance = double(pid=1)
    instance.rlimit(psutil.RLIMIT_NOFILE, limits=(1, 2))
    for call in (lambda: instance.name(1), lambda: instance.rlimit(), lambda: instance.wait(1, 2)):
        with pytest.raises(TypeError):
            call()


def test_the_class_can_be_patched():
    with unittest.mock.patch("psutil.Process") as fake:
        fake.return_value.name.return_value = "x"
        assert psutil.Process(5).name() == "x"
    double = unittest.mock.create_autospec(psutil.Process, instance=True)
    double.name.return_value = "y"
    assert double.name() == "y"
    with pytest.raises(AttributeError):
        double.nonsense()


def test_a_constant_can_be_patched():
    with unittest.mock.patch("psutil.PROCFS_PATH", "/nonexistent"):
        with pytest.raises(OSError):
            psutil.virtual_memory()
    psutil.virtual_memory()


def test_dir_and_all(is_reference):
    names = set(dir(psutil))
    assert set(psutil.__all__) <= names
    assert set(contract.FUNCTIONS) <= names
    space = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec("from psutil import *", space)
    assert {*psutil.__all__, "__builtins__"} == set(space)
    if not is_reference:
        assert {"ProcessStatus", "bytes2human", "libpsutil_version"} <= names


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'psutil' has no attribute 'nonsense'"):
        psutil.nonsense
    with pytest.raises(ImportError):
        from psutil import nonsense  # noqa: F401
    assert getattr(psutil, "nonsense", 5) == 5


def test_version(is_reference):
    assert psutil.version_info == (7, 2, 2)
    assert psutil.__version__ == "7.2.2"
    if not is_reference:
        assert re.fullmatch(r"\d+\.\d+\.\d+.*", psutil.libpsutil_version)


def test_distribution():
    metadata = importlib.import_module("importlib.metadata")
    version = metadata.version("psutil")
    assert version.startswith("7.2.2")
    assert metadata.metadata("psutil")["Name"] == "psutil"


def test_stubs_are_installed(ours):
    import os
    folder = os.path.dirname(psutil.__file__)
    assert {"py.typed", "__init__.pyi"} <= set(os.listdir(folder))


def test_reload_keeps_the_classes():
    """In a process of its own, as a reload changes the module for everybody."""
    code = ("import importlib, psutil\n"
            "before = psutil.NoSuchProcess, psutil.Process, psutil.Error, psutil.TimeoutExpired\n"
            "importlib.reload(psutil)\n"
            "assert psutil.NoSuchProcess is before[0] and psutil.Error is before[2]\n"
            "assert psutil.TimeoutExpired is before[3]\n"
            "try: before[1](2**22 + 5)\n"
            "except psutil.NoSuchProcess: print('kept')\n"
            "try: psutil.Process(2**22 + 5)\n"
            "except before[0]: print('kept')\n"
            "psutil.PROCFS_PATH = '/nonexistent'\n"
            "try: psutil.virtual_memory()\n"
            "except OSError: print('kept')\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("kept\n" * 3, "")


# Enumerations

STRINGS = {"STATUS_": "ProcessStatus", "CONN_": "ConnectionStatus"}
INTEGERS = {"NIC_DUPLEX_": "NicDuplex", "POWER_TIME_": "BatteryTime",
            "IOPRIO_CLASS_": "ProcessIOPriority", "RLIMIT_": "ProcessRlimit"}


@pytest.mark.parametrize("prefix", STRINGS)
def test_string_constants(prefix, is_reference):
    names = [n for n in dir(psutil) if n.startswith(prefix)]
    assert len(names) > 10
    for name in names:
        value = getattr(psutil, name)
        plain = str(value)
        assert isinstance(value, str) and type(plain) is str
        assert value == plain and hash(value) == hash(plain)
        assert f"{value}" == "%s" % value == "{}".format(value) == plain
        assert f"{value:>20}" == plain.rjust(20)
        assert value.upper() == plain.upper() and value + "" == plain
        assert {plain: 1}[value] == 1 and value in [plain] and value in (plain + "x")
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert sorted([value, "zzz"]) == [value, "zzz"]
        if not is_reference:
            cls = getattr(psutil, STRINGS[prefix])
            assert type(value) is cls and cls(plain) is value and cls[name] is value


@pytest.mark.parametrize("prefix", INTEGERS)
def test_integer_constants(prefix, is_reference):
    names = [n for n in dir(psutil) if n.startswith(prefix)]
    assert len(names) > 1
    for name in names:
        value = getattr(psutil, name)
        assert isinstance(value, int) and value == int(value) and hash(value) == hash(int(value))
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert f"{value:d}" == "%d" % value == str(int(value))
        assert [10, 11, 12][value] if value in (0, 1, 2) else True
        if not is_reference:
            cls = getattr(psutil, INTEGERS[prefix])
            assert type(value) is cls and cls(int(value)) is value and cls[name] is value


@pytest.mark.parametrize("name", [*STRINGS.values(), *INTEGERS.values()])
def test_enumeration(ours, name):
    cls = getattr(psutil, name)
    assert issubclass(cls, enum.Enum) and issubclass(cls, (str, int))
    assert cls.__module__ == "psutil" and cls.__qualname__ == name
    assert len(cls) == len(set(cls)) > 1
    for member in cls:
        assert pickle.loads(pickle.dumps(member)) is member
        assert copy.copy(member) is member and copy.deepcopy(member) is member
        assert getattr(psutil, member.name) is member
        with pytest.raises((AttributeError, TypeError)):
            member.value = 1


def test_rlim_infinity():
    assert psutil.RLIM_INFINITY == -1
    psutil.Process().rlimit(psutil.RLIMIT_CORE)


def test_af_link():
    assert psutil.AF_LINK == getattr(socket, "AF_PACKET", 17)
    assert psutil.AF_LINK.name == "AF_LINK"
    assert isinstance(psutil.AF_LINK, enum.IntEnum)


def test_platform_constants():
    flags = ["POSIX", "LINUX", "WINDOWS", "MACOS", "FREEBSD", "OPENBSD", "NETBSD", "BSD", "SUNOS",
             "AIX"]
    true = {name for name in flags if getattr(psutil, name) is True}
    assert all(type(getattr(psutil, name)) is bool for name in flags)
    if sys.platform == "linux":
        assert true == {"POSIX", "LINUX"}


def test_old_names_warn(ours):
    for code in ("psutil.OSX", "from psutil import OSX", "getattr(psutil, 'OSX')", "hasattr(psutil, 'OSX')",
                 "psutil.Process().connections()"):
        with pytest.warns(DeprecationWarning) as told:
            exec(code)
        assert [w.filename for w in told] == ["<string>"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        psutil.MACOS, psutil.Process().net_connections()


def test_bytes2human(ours):
    for number, text in [(0, "0.0B"), (1, "1.0B"), (1023, "1023.0B"), (1024, "1.0K"),
                         (10000, "9.8K"), (100001221, "95.4M"), (1 << 30, "1.0G"),
                         (1 << 40, "1.0T"), (1536, "1.5K")]:
        assert psutil.bytes2human(number) == text
    with pytest.raises(TypeError):
        psutil.bytes2human("x")


# Exceptions

def test_exception_classes():
    assert psutil.Error.__bases__ == (Exception,)
    assert psutil.NoSuchProcess.__bases__ == (psutil.Error,)
    assert psutil.ZombieProcess.__bases__ == (psutil.NoSuchProcess,)
    assert psutil.AccessDenied.__bases__ == (psutil.Error,)
    assert psutil.TimeoutExpired.__bases__ == (psutil.Error,)


TEXTS = [
    (lambda: psutil.NoSuchProcess(5), "process no longer exists (pid=5)",
     {"pid": 5, "name": None, "msg": "process no longer exists"}),
    (lambda: psutil.NoSuchProcess(5, "x"), "process no longer exists (pid=5, name='x')",
     {"pid": 5, "name": "x"}),
    (lambda: psutil.NoSuchProcess(pid=5, name="x", msg="gone"), "gone (pid=5, name='x')",
     {"msg": "gone"}),
    (lambda: psutil.ZombieProcess(5), "PID still exists but it's a zombie (pid=5)",
     {"pid": 5, "ppid": None, "name": None}),
    (lambda: psutil.ZombieProcess(5, "x", 3),
     "PID still exists but it's a zombie (pid=5, ppid=3, name='x')", {"ppid": 3}),
    (lambda: psutil.AccessDenied(), "", {"pid": None, "name": None, "msg": ""}),
    (lambda: psutil.AccessDenied(5), "(pid=5)", {"pid": 5}),
    (lambda: psutil.AccessDenied(5, "x", "no"), "no (pid=5, name='x')", {"msg": "no"}),
    (lambda: psutil.TimeoutExpired(3), "timeout after 3 seconds",
     {"seconds": 3, "pid": None, "name": None}),
    (lambda: psutil.TimeoutExpired(3, pid=5, name="x"),
     "timeout after 3 seconds (pid=5, name='x')", {"seconds": 3, "pid": 5, "name": "x"}),
]


@pytest.mark.parametrize("make, text, attributes", TEXTS, ids=[t or "empty" for _, t, _ in TEXTS])
def test_exception(make, text, attributes):
    error = make()
    assert str(error) == text
    for name, value in attributes.items():
        assert getattr(error, name) == value
    assert repr(error).startswith(f"psutil.{type(error).__name__}(")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        assert type(again) is type(error) and vars(again) == vars(error) and str(again) == text
    for again in (copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error) and vars(again) == vars(error)
    with pytest.raises(type(error)):
        raise error


def test_exceptions_can_be_subclassed():
    class Mine(psutil.NoSuchProcess):
        def __init__(self, pid):
            super().__init__(pid, msg="mine")
            self.extra = 1

    error = Mine(5)
    assert (str(error), error.extra, error.pid) == ("mine (pid=5)", 1, 5)
    assert isinstance(error, psutil.Error)


def test_a_failed_system_call_says_what_failed():
    with pytest.raises(FileNotFoundError) as caught:
        psutil.disk_usage("/nonexistent/file")
    assert caught.value.errno == 2 and caught.value.filename == "/nonexistent/file"


def test_the_system_call_is_named(ours):
    with pytest.raises(FileNotFoundError, match="statvfs|statfs"):
        psutil.disk_usage("/nonexistent/file")
    with unittest.mock.patch("psutil.PROCFS_PATH", "/nonexistent"):
        with pytest.raises(FileNotFoundError, match="open") as caught:
            psutil.virtual_memory()
    assert caught.value.filename == "/nonexistent/meminfo"
