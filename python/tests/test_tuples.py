"""Named tuples are all that collections.namedtuple makes."""
import collections
import copy
import gc
import pickle
import sys
import weakref

import psutil
import pytest

import contract

ALL = {**contract.TUPLES, **contract.NEW_TUPLES}


@pytest.fixture(params=ALL)
def cls(request, is_reference):
    if is_reference:
        if request.param in contract.NEW_TUPLES:
            pytest.skip("new in 8.0")
        return getattr(psutil._ntuples, request.param)
    return getattr(psutil, request.param)


@pytest.fixture
def fields(cls):
    return ALL[cls.__name__].split()


@pytest.fixture
def twin(cls, fields):
    return collections.namedtuple(cls.__name__, fields)


@pytest.fixture
def values(fields):
    return [f"value {i}" for i in range(len(fields))]


@pytest.fixture
def one(cls, values):
    return cls(*values)


def test_class(cls, fields, twin):
    assert cls.__name__ == cls.__qualname__ == twin.__name__
    assert issubclass(cls, tuple)
    assert cls._fields == tuple(fields) and type(cls._fields) is tuple
    assert cls._field_defaults == {}
    assert cls.__doc__
    if sys.version_info >= (3, 10):
        assert cls.__match_args__ == tuple(fields)


def test_fields(cls, one, fields, values):
    for name, value in zip(fields, values):
        assert getattr(one, name) == value
        assert getattr(cls, name).__doc__
        with pytest.raises(AttributeError):
            setattr(one, name, 1)
        with pytest.raises(AttributeError):
            delattr(one, name)
    with pytest.raises(AttributeError):
        one.nonsense
    with pytest.raises(AttributeError):
        one.nonsense = 1
    assert not hasattr(one, "__dict__")


def test_construction(cls, fields, values):
    one = cls(*values)
    assert cls(**dict(zip(fields, values))) == one
    assert cls(values[0], **dict(zip(fields[1:], values[1:]))) == one
    assert cls._make(values) == one and type(cls._make(iter(values))) is cls
    for bad in (lambda: cls(), lambda: cls(*values[:-1]), lambda: cls(*values, 1),
                lambda: cls(*values, nonsense=1), lambda: cls(*values, **{fields[0]: 1}),
                lambda: cls(**dict(zip(fields[:-1], values)), nonsense=1),
                lambda: cls._make(values[:-1]), lambda: cls._make(values + [1]),
                lambda: cls._make(5), lambda: cls._make()):
        with pytest.raises(TypeError):
            bad()


def test_repr(one, fields, values, twin):
    assert repr(one) == repr(twin(*values)) == str(one) == f"{one}"
    assert repr(one).startswith(f"{type(one).__name__}({fields[0]}='value 0'")
    holder = [None]
    nested = type(one)(*[holder] * len(fields))
    assert repr(nested) == repr(twin(*[holder] * len(fields)))


def test_asdict(one, fields, values):
    found = one._asdict()
    assert type(found) is dict
    assert list(found.items()) == list(zip(fields, values))


def test_replace(cls, one, fields, values):
    changed = one._replace(**{fields[-1]: "new"})
    assert type(changed) is cls and changed == (*values[:-1], "new")
    assert one._replace() == one
    error = TypeError if sys.version_info >= (3, 13) else ValueError
    with pytest.raises((error, ValueError)):
        one._replace(nonsense=1)
    with pytest.raises(TypeError):
        one._replace(1)


def test_it_is_a_tuple(cls, one, values):
    plain = tuple(values)
    assert one == plain and plain == one and hash(one) == hash(plain)
    assert one != plain[:-1] and one != list(plain)
    assert len(one) == len(plain) and list(one) == values and one[0] == values[0]
    assert one[-1] == values[-1] and one[:2] == plain[:2] and type(one[:2]) is tuple
    assert one.index(values[1]) == 1 and one.count(values[0]) == 1 and values[0] in one
    assert one + (1,) == plain + (1,) and one * 2 == plain * 2
    assert one < cls(*["z"] * len(values)) and one <= one and sorted([one, plain]) == [one, plain]
    assert isinstance(one, tuple) and "%s" % values[0] == one[0]
    first, *rest = one
    assert [first, *rest] == values
    assert {one: 1}[plain] == 1 and max(one) == max(values)


def test_pickle_and_copy(cls, one):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(one, protocol))
        assert again == one and type(again) is cls
    for again in (copy.copy(one), copy.deepcopy(one)):
        assert again == one and type(again) is cls
    assert one.__getnewargs__() == tuple(one)
    assert pickle.loads(pickle.dumps(cls)) is cls


def test_subclass(cls, values, fields):
    class Mine(cls):
        __slots__ = ()

        @property
        def double(self):
            return self[0] * 2

    one = Mine(*values)
    assert one.double == "value 0value 0" and one == cls(*values)
    assert type(one._replace(**{fields[0]: 1})) is Mine and type(Mine._make(values)) is Mine
    assert repr(one).startswith("Mine(")


def test_values_live_no_longer_than_the_tuple(cls, fields):
    class Thing:
        pass

    thing = Thing()
    watch = weakref.ref(thing)
    one = cls(*[thing] * len(fields))
    cycle = cls(*[[]] * len(fields))
    cycle[0].append(cycle)
    del thing, one, cycle
    gc.collect()
    assert watch() is None


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is of Python 3.10")
def test_match():
    space = {"psutil": psutil, "cls": type(psutil.virtual_memory()), "vm": psutil.virtual_memory()}
    exec("match vm:\n    case cls(total, available, percent): found = total\n", space)
    assert space["found"] == space["vm"].total


# Those that are answered here and now.

LIVE = [
    ("scputimes", lambda: psutil.cpu_times()), ("scpustats", lambda: psutil.cpu_stats()),
    ("scputimes", lambda: psutil.cpu_times(percpu=True)[0]),
    ("scputimes", lambda: psutil.cpu_times_percent()),
    ("svmem", lambda: psutil.virtual_memory()), ("sswap", lambda: psutil.swap_memory()),
    ("sdiskpart", lambda: psutil.disk_partitions(True)[0]),
    ("sdiskusage", lambda: psutil.disk_usage("/")),
    ("snetio", lambda: psutil.net_io_counters()),
    ("snicaddr", lambda: psutil.net_if_addrs()["lo"][0]),
    ("snicstats", lambda: psutil.net_if_stats()["lo"]),
    ("pheap", lambda: psutil.heap_info()), ("pcputimes", lambda: psutil.Process().cpu_times()),
    ("pmem", lambda: psutil.Process().memory_info()),
    ("pfullmem", lambda: psutil.Process().memory_full_info()),
    ("pmmap_grouped", lambda: psutil.Process().memory_maps()[0]),
    ("pmmap_ext", lambda: psutil.Process().memory_maps(grouped=False)[0]),
    ("pio", lambda: psutil.Process().io_counters()),
    ("pctxsw", lambda: psutil.Process().num_ctx_switches()),
    ("pthread", lambda: psutil.Process().threads()[0]), ("puids", lambda: psutil.Process().uids()),
    ("pgids", lambda: psutil.Process().gids()), ("pionice", lambda: psutil.Process().ionice()),
]
NEW_LIVE = [
    ("ppagefaults", lambda: psutil.Process().page_faults()),
    ("pmem_ex", lambda: psutil.Process().memory_info_ex()),
    ("pfootprint", lambda: psutil.Process().memory_footprint()),
]


@pytest.mark.parametrize("name, ask", LIVE)
def test_answer(name, ask):
    check_answer(name, ask())


@pytest.mark.parametrize("name, ask", NEW_LIVE)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_new_answer(ours, name, ask):
    check_answer(name, ask())


def check_answer(name, answer):
    assert type(answer).__name__ == name
    assert answer._fields == tuple(ALL[name].split())
    again = pickle.loads(pickle.dumps(answer))
    assert again == answer and type(again) is type(answer)
    assert eval(repr(answer), {name: type(answer)}) == answer if "<" not in repr(answer) else True
    assert answer._replace() == answer and type(answer)(**answer._asdict()) == answer


def test_addresses_and_files(tmp_path):
    import socket
    with socket.create_server(("127.0.0.1", 0)) as server, open(tmp_path / "x", "w"):
        process = psutil.Process()
        found = [c for c in process.net_connections() if c.fd == server.fileno()]
        assert len(found) == 1 and type(found[0]).__name__ == "pconn"
        assert found[0].laddr == server.getsockname() and found[0].laddr.port == server.getsockname()[1]
        assert type(found[0].laddr).__name__ == "addr" and found[0].raddr == ()
        assert found[0].family is socket.AF_INET and found[0].type is socket.SOCK_STREAM
        check_answer("addr", found[0].laddr)
        everybody = [c for c in psutil.net_connections() if c.laddr == found[0].laddr]
        assert everybody[0].pid == process.pid and type(everybody[0]).__name__ == "sconn"
        assert [f.path for f in process.open_files() if f.path == str(tmp_path / "x")]
        check_answer("popenfile", process.open_files()[0])


def test_rows_are_not_the_collectors(ours):
    """As tuples of numbers and strings are not: thousands of rows would make it look at each."""
    rows = [psutil.virtual_memory(), psutil.Process().uids(), *psutil.disk_partitions(all=True)]
    gc.collect()
    assert rows and not any(gc.is_tracked(row) for row in rows)
    assert gc.is_tracked(psutil.puids(1, 2, []))


def test_ends_of_rows(ours):
    """What an instance refers to ends with it: its items, and its class."""
    class Mine(psutil.puids):
        pass

    class Item:
        pass
    process = psutil.Process()
    process.uids()
    before = sys.getrefcount(psutil.puids)
    for _ in range(1000):
        process.uids(), psutil.puids(1, 2, 3), Mine(1, 2, 3)
    assert abs(sys.getrefcount(psutil.puids) - before) < 10
    for cls in (psutil.puids, Mine):
        item = Item()
        end = weakref.ref(item)
        row = cls(item, item, cls(1, 2, item))
        del item
        assert end() is row[0]
        del row
        gc.collect()
        assert end() is None


def test_cycles_of_rows_end(ours):
    items = []
    items.append(psutil.puids(1, 2, items))

    class Item(list):
        pass
    items.append(Item())
    end = weakref.ref(items[1])
    del items
    gc.collect()
    assert end() is None


def test_rows_within_rows(ours):
    """The stack of the interpreter does not grow with them."""
    row = ()
    for _ in range(300_000):
        row = psutil.puids(1, 2, row)
    del row
