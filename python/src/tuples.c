/* Named tuples: subclasses of tuple with everything that collections.namedtuple gives, made from
 * the library's descriptions of its records. */
#include "module.h"

#include <stddef.h>
#include <string.h>
#include <structmember.h>

/* The one named tuple without a record: an end of an internet socket. */
static const psutil_field addr_fields[] = {
    {.name = "ip",
     .type = PSUTIL_TYPE_STRING,
     .platforms = PSUTIL_ON_ALL,
     .offset = offsetof(psutil_addr, ip),
     .doc = "address"},
    {.name = "port",
     .type = PSUTIL_TYPE_INT,
     .platforms = PSUTIL_ON_ALL,
     .offset = offsetof(psutil_addr, port),
     .doc = "port"},
};
static const psutil_record addr_record = {.name = "addr",
                                          .doc = "An end of an internet socket",
                                          .size = sizeof(psutil_addr),
                                          .len = 2,
                                          .fields = addr_fields};

static const char *const tuple_names[] = {
#define TUPLE_NAME(name) "psutil." #name,
    TUPLES(TUPLE_NAME)
#undef TUPLE_NAME
};

static const char *short_name(int id)
{
    return tuple_names[id] + sizeof "psutil." - 1;
}

int tuple_id_of(const psutil_record *record)
{
    for (int id = 0; record && id < TUPLE_COUNT; id++)
        if (strcmp(short_name(id), record->name) == 0)
            return id;
    return -1;
}

/* ---- What the classes can do ----------------------------------------------------------------- */

/* The names of the fields; a derived class may have replaced them, so they are looked up. */
static PyObject *fields_of(PyObject *type)
{
    PyObject *fields = PyObject_GetAttrString(type, "_fields");
    if (fields && !PyTuple_Check(fields)) {
        PyErr_SetString(PyExc_TypeError, "_fields must be a tuple");
        Py_CLEAR(fields);
    }
    return fields;
}

static PyObject *tuple_of(PyTypeObject *type, PyObject *sequence)
{
    PyObject *items = PySequence_Tuple(sequence);
    PyObject *self = items ? tuple_allocate(type, PyTuple_GET_SIZE(items)) : NULL;
    for (Py_ssize_t i = 0; self && i < PyTuple_GET_SIZE(items); i++) {
        PyObject *item = PyTuple_GET_ITEM(items, i);
        Py_INCREF(item);
        PyTuple_SET_ITEM(self, i, item);
    }
    Py_XDECREF(items);
    return self;
}

/* Puts the keyword argument of field `i` after the positional ones. */
static int append_keyword(PyObject *values, PyObject *fields, Py_ssize_t i, PyObject *kwargs)
{
    PyObject *field = PyTuple_GET_ITEM(fields, i);
    PyObject *value = kwargs ? PyDict_GetItemWithError(kwargs, field) : NULL;
    if (value)
        return PyList_Append(values, value);
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "__new__() missing a required argument: %R", field);
    return -1;
}

static PyObject *tuple_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *fields = fields_of((PyObject *)type);
    if (!fields)
        return NULL;
    Py_ssize_t len = PyTuple_GET_SIZE(fields), given = PyTuple_GET_SIZE(args);
    Py_ssize_t named = kwargs ? PyDict_GET_SIZE(kwargs) : 0;
    PyObject *values = PySequence_List(args), *self = NULL;
    for (Py_ssize_t i = given; values && i < len; i++)
        if (append_keyword(values, fields, i, kwargs) < 0)
            Py_CLEAR(values);
    if (values && given + named != len)
        PyErr_Format(PyExc_TypeError, "__new__() takes %zd arguments but %zd were given", len,
                     given + named);
    else if (values)
        self = tuple_of(type, values);
    Py_XDECREF(values);
    Py_DECREF(fields);
    return self;
}

static int tuple_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return PyTuple_Type.tp_traverse(self, visit, arg);
}

static void drop_items(PyObject *self, PyTypeObject *type)
{
    for (Py_ssize_t i = Py_SIZE(self); i-- > 0;)
        Py_XDECREF(PyTuple_GET_ITEM(self, i));
    type->tp_free(self);
    Py_DECREF(type);
}

/* What is not tracked was made in convert.c, of things that hold no tuples that hold tuples: the
 * stack does not grow by its end. */
static void tuple_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    bool tracked = PyObject_GC_IsTracked(self);
    if (tracked) {
        PyObject_GC_UnTrack(self);
        Py_TRASHCAN_BEGIN(self, tuple_dealloc) drop_items(self, type);
        Py_TRASHCAN_END
    } else
        drop_items(self, type);
}

static PyObject *field_repr(PyObject *name, PyObject *value)
{
    return PyUnicode_FromFormat("%U=%R", name, value);
}

static PyObject *joined(PyObject *self, PyObject *fields)
{
    PyObject *parts = PyList_New(0), *comma = PyUnicode_FromString(", "), *text = NULL;
    for (Py_ssize_t i = 0; parts && i < PyTuple_GET_SIZE(fields) && i < Py_SIZE(self); i++) {
        PyObject *part = field_repr(PyTuple_GET_ITEM(fields, i), PyTuple_GET_ITEM(self, i));
        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    if (parts && comma)
        text = PyUnicode_Join(comma, parts);
    Py_XDECREF(comma);
    Py_XDECREF(parts);
    return text;
}

static PyObject *tuple_repr(PyObject *self)
{
    PyObject *fields = fields_of((PyObject *)Py_TYPE(self));
    PyObject *name = fields ? PyObject_GetAttrString((PyObject *)Py_TYPE(self), "__name__") : NULL;
    PyObject *text = name ? joined(self, fields) : NULL;
    PyObject *result = text ? PyUnicode_FromFormat("%U(%U)", name, text) : NULL;
    Py_XDECREF(text);
    Py_XDECREF(name);
    Py_XDECREF(fields);
    return result;
}

static PyObject *tuple_asdict(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *fields = fields_of((PyObject *)Py_TYPE(self));
    PyObject *result = fields ? PyDict_New() : NULL;
    for (Py_ssize_t i = 0; result && i < PyTuple_GET_SIZE(fields) && i < Py_SIZE(self); i++)
        if (PyDict_SetItem(result, PyTuple_GET_ITEM(fields, i), PyTuple_GET_ITEM(self, i)) < 0)
            Py_CLEAR(result);
    Py_XDECREF(fields);
    return result;
}

static PyObject *tuple_make(PyObject *type, PyObject *iterable)
{
    PyObject *fields = fields_of(type);
    PyObject *self = fields ? tuple_of((PyTypeObject *)type, iterable) : NULL;
    if (self && Py_SIZE(self) != PyTuple_GET_SIZE(fields)) {
        PyErr_Format(PyExc_TypeError, "Expected %zd arguments, got %zd", PyTuple_GET_SIZE(fields),
                     Py_SIZE(self));
        Py_CLEAR(self);
    }
    Py_XDECREF(fields);
    return self;
}

/* Replaces what `kwargs` names in `values`; a name that is no field is an error. */
static int replace_in(PyObject *values, PyObject *fields, PyObject *kwargs)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); i++) {
        PyObject *value = PyDict_GetItemWithError(kwargs, PyTuple_GET_ITEM(fields, i));
        if (!value && PyErr_Occurred())
            return -1;
        if (!value)
            continue;
        found++;
        Py_INCREF(value);
        if (PyList_SetItem(values, i, value) < 0)
            return -1;
    }
    if (found == PyDict_GET_SIZE(kwargs))
        return 0;
    PyObject *unexpected = PyList_New(0), *key, *value;
    for (Py_ssize_t at = 0; unexpected && PyDict_Next(kwargs, &at, &key, &value);) {
        int known = PySequence_Contains(fields, key);
        if (known < 0 || (!known && PyList_Append(unexpected, key) < 0))
            Py_CLEAR(unexpected);
    }
    if (unexpected)
#if PY_VERSION_HEX >= 0x030d0000
        PyErr_Format(PyExc_TypeError, "Got unexpected field names: %R", unexpected);
#else
        PyErr_Format(PyExc_ValueError, "Got unexpected field names: %R", unexpected);
#endif
    Py_XDECREF(unexpected);
    return -1;
}

static PyObject *tuple_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args)) {
        PyErr_SetString(PyExc_TypeError, "_replace() takes keyword arguments only");
        return NULL;
    }
    PyObject *fields = fields_of((PyObject *)Py_TYPE(self));
    PyObject *values = fields ? PySequence_List(self) : NULL, *result = NULL;
    if (values && (!kwargs || replace_in(values, fields, kwargs) == 0))
        result = PyObject_CallMethod((PyObject *)Py_TYPE(self), "_make", "O", values);
    Py_XDECREF(values);
    Py_XDECREF(fields);
    return result;
}

static PyObject *tuple_getnewargs(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyTuple_GetSlice(self, 0, Py_SIZE(self));
}

/* Protocols 0 and 1 know no __getnewargs__: the answer for protocol 2 serves them as well. */
static PyObject *tuple_reduce(PyObject *self, PyObject *protocol)
{
    long number = PyLong_AsLong(protocol);
    if (number == -1 && PyErr_Occurred())
        return NULL;
    return PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__reduce_ex__", "Ol", self,
                               number < 2 ? 2 : number);
}

#define KEYWORDS(function) ((PyCFunction)(void (*)(void))(function))
static PyMethodDef tuple_methods[] = {
    {"_asdict", tuple_asdict, METH_NOARGS,
     PyDoc_STR("_asdict($self, /)\n--\n\nReturn a new dict which maps field names to their "
               "values.")},
    {"_make", tuple_make, METH_O | METH_CLASS,
     PyDoc_STR("_make($type, iterable, /)\n--\n\nMake a new object from a sequence or iterable.")},
    {"_replace", KEYWORDS(tuple_replace), METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("_replace($self, /, **kwds)\n--\n\nReturn a new object with the fields named "
               "replaced by new values.")},
#if PY_VERSION_HEX >= 0x030d0000
    {"__replace__", KEYWORDS(tuple_replace), METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("__replace__($self, /, **kwds)\n--\n\nReturn a new object with the fields named "
               "replaced by new values.")},
#endif
    {"__getnewargs__", tuple_getnewargs, METH_NOARGS,
     PyDoc_STR("__getnewargs__($self, /)\n--\n\nReturn self as a plain tuple. Used by copy and "
               "pickle.")},
    {"__reduce_ex__", tuple_reduce, METH_O,
     PyDoc_STR("__reduce_ex__($self, protocol, /)\n--\n\nHelper for pickle.")},
    {NULL},
};

/* ---- Making the classes ---------------------------------------------------------------------- */

static bool is_plain(psutil_type type)
{
    return type == PSUTIL_TYPE_INT || type == PSUTIL_TYPE_BOOL || type == PSUTIL_TYPE_DOUBLE ||
           type == PSUTIL_TYPE_STRING || type == PSUTIL_TYPE_ENUM || type == PSUTIL_TYPE_ADDRESS;
}

static void choose_fields(tuple_info *info)
{
    unsigned platform = psutil_platform();
    info->plain = true;
    for (size_t i = 0; i < info->record->len; i++) {
        const psutil_field *field = &info->record->fields[i];
        if (!platform || field->platforms & platform)
            if (info->len < TUPLE_FIELDS_MAX) {
                info->fields[info->len++] = field;
                info->plain = info->plain && is_plain(field->type);
                info->has_addresses |= field->type == PSUTIL_TYPE_ADDRESS;
            }
    }
}

static const char *unit_text(psutil_unit unit)
{
    static const char *const texts[] = {
        [PSUTIL_UNIT_NONE] = NULL,
        [PSUTIL_UNIT_BYTES] = "bytes",
        [PSUTIL_UNIT_SECONDS] = "seconds",
        [PSUTIL_UNIT_MILLISECONDS] = "milliseconds",
        [PSUTIL_UNIT_EPOCH] = "seconds since the epoch",
        [PSUTIL_UNIT_PERCENT] = "percent",
        [PSUTIL_UNIT_MHZ] = "MHz",
        [PSUTIL_UNIT_CELSIUS] = "degrees",
        [PSUTIL_UNIT_RPM] = "revolutions a minute",
        [PSUTIL_UNIT_MBITS] = "megabits a second",
    };
    return texts[unit];
}

/* "svmem(total, available)\n--\n\nPhysical memory.\n\ntotal: all that the system manages (bytes)":
 * inspect.signature() reads the first line. */
static PyObject *doc_of(const tuple_info *info)
{
    PyObject *heading = PyUnicode_FromFormat("%s(", info->record->name);
    PyObject *text = PyUnicode_FromFormat(")\n--\n\n%s.\n", info->record->doc);
    for (Py_ssize_t i = 0; heading && text && i < info->len; i++) {
        const psutil_field *field = info->fields[i];
        const char *unit = unit_text(field->unit);
        PyUnicode_AppendAndDel(&heading, PyUnicode_FromFormat("%s%s", i ? ", " : "", field->name));
        PyUnicode_AppendAndDel(
            &text, unit ? PyUnicode_FromFormat("\n%s: %s (%s)", field->name, field->doc, unit)
                        : PyUnicode_FromFormat("\n%s: %s", field->name, field->doc));
    }
    if (heading && text)
        PyUnicode_Append(&heading, text);
    Py_XDECREF(text);
    return heading;
}

static PyObject *names_of(const tuple_info *info)
{
    PyObject *names = PyTuple_New(info->len);
    for (Py_ssize_t i = 0; names && i < info->len; i++) {
        PyObject *name = PyUnicode_InternFromString(info->fields[i]->name);
        if (!name)
            Py_CLEAR(names);
        else
            PyTuple_SET_ITEM(names, i, name);
    }
    return names;
}

static int set_attribute(PyObject *type, const char *name, PyObject *value)
{
    int rc = value ? PyObject_SetAttrString(type, name, value) : -1;
    Py_XDECREF(value);
    return rc;
}

static int add_attributes(PyObject *type, const tuple_info *info)
{
    if (set_attribute(type, "_fields", names_of(info)) < 0 ||
        set_attribute(type, "__match_args__", names_of(info)) < 0 ||
        set_attribute(type, "_field_defaults", PyDict_New()) < 0)
        return -1;
    return set_attribute(type, "__slots__", PyTuple_New(0));
}

/* Fields are members at their place in the tuple: the interpreter reads such an attribute without
 * calling anything. */
static void describe_members(PyMemberDef *members, const tuple_info *info)
{
    for (Py_ssize_t i = 0; i < info->len; i++)
        members[i] = (PyMemberDef){
            .name = info->fields[i]->name,
            .type = T_OBJECT_EX,
            .offset =
                (Py_ssize_t)offsetof(PyTupleObject, ob_item) + i * (Py_ssize_t)sizeof(PyObject *),
            .flags = READONLY,
            .doc = info->fields[i]->doc,
        };
    members[info->len] = (PyMemberDef){.name = NULL};
}

static PyObject *make_type(module_state *state, tuple_id id, const tuple_info *info)
{
    PyMemberDef members[TUPLE_FIELDS_MAX + 1];
    describe_members(members, info);
    PyObject *doc = doc_of(info);
    const char *doc_text = doc ? PyUnicode_AsUTF8(doc) : NULL;
    PyObject *bases = doc_text ? PyTuple_Pack(1, &PyTuple_Type) : NULL;
    PyType_Slot slots[] = {
        {Py_tp_dealloc, (void *)tuple_dealloc}, {Py_tp_new, (void *)tuple_new},
        {Py_tp_repr, (void *)tuple_repr},       {Py_tp_traverse, (void *)tuple_traverse},
        {Py_tp_methods, tuple_methods},         {Py_tp_members, members},
        {Py_tp_doc, (void *)doc_text},          {0, NULL},
    };
    PyType_Spec spec = {
        .name = tuple_names[id],
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
        .slots = slots,
    };
    PyObject *type = bases ? PyType_FromModuleAndSpec(state->module, &spec, bases) : NULL;
    Py_XDECREF(bases);
    Py_XDECREF(doc);
    if (type && add_attributes(type, info) < 0)
        Py_CLEAR(type);
    return type;
}

static const tuple_info *tuple_create(module_state *state, tuple_id id)
{
    tuple_info made = {.record = id == TUPLE_addr ? &addr_record
                                                  : psutil_record_find(short_name((int)id))};
    choose_fields(&made);
    PyObject *type = make_type(state, id, &made);
    if (!type)
        return NULL;
    tuple_info *info = &state->tuples[id];
    LOCK(state);
    bool first = !atomic_load(&info->type);
    if (first) {
        info->record = made.record;
        info->len = made.len;
        info->plain = made.plain;
        info->has_addresses = made.has_addresses;
        memcpy(info->fields, made.fields, sizeof info->fields);
        atomic_store_explicit(&info->type, (PyTypeObject *)type, memory_order_release);
    }
    UNLOCK(state);
    if (!first)
        Py_DECREF(type);
    return info;
}

const tuple_info *tuple_get(module_state *state, tuple_id id)
{
    tuple_info *info = &state->tuples[id];
    if (atomic_load_explicit(&info->type, memory_order_acquire))
        return info;
    return tuple_create(state, id);
}
