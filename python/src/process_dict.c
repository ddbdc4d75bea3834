/* as_dict(), and what it shares with process_iter(): several fields by name, read together. */
#include "process.h"

#include <string.h>

/* ---- Names ----------------------------------------------------------------------------------- */

/* Left out unless they are asked for by name: psutil 7.2 does not have them. */
#define EXTRAS                                                                                     \
    (PSUTIL_FIELD(MEMORY_INFO_EX) | PSUTIL_FIELD(MEMORY_FOOTPRINT) | PSUTIL_FIELD(PAGE_FAULTS))

static psutil_fields possible_fields(void)
{
    return psutil_process_fields() & ~PSUTIL_FIELD(RLIMIT);
}

/* One field: its name, and the method as the class has it. */
static int add_name(module_state *state, const psutil_record *record, int field)
{
    PyObject *name = PyUnicode_InternFromString(record->fields[field].name);
    PyObject *number = PyLong_FromLong(field);
    int rc = name && number ? PyDict_SetItem(state->field_numbers, name, number) : -1;
    state->field_names[field] = name;
    state->field_methods[field] =
        rc == 0 ? PyObject_GetAttr((PyObject *)state->process_type, name) : NULL;
    Py_XDECREF(number);
    return state->field_methods[field] ? 0 : -1;
}

/* The names that as_dict() takes: Process.attrs. */
static PyObject *all_names(const module_state *state)
{
    psutil_fields fields = possible_fields();
    PyObject *list = PyList_New(0);
    for (int field = 0; list && field < PSUTIL_FIELD_COUNT; field++)
        if (fields >> field & 1 && PyList_Append(list, state->field_names[field]) < 0)
            Py_CLEAR(list);
    PyObject *names = list ? PyFrozenSet_New(list) : NULL;
    Py_XDECREF(list);
    return names;
}

int attributes_add(module_state *state)
{
    const psutil_record *record = psutil_record_find("process");
    psutil_fields possible = possible_fields();
    state->field_numbers = PyDict_New();
    state->iterated = PyDict_New();
    state->info_name = PyUnicode_InternFromString("info");
    state->as_dict = PyObject_GetAttrString((PyObject *)state->process_type, "as_dict");
    if (!state->as_dict || !state->field_numbers || !state->iterated || !state->info_name)
        return -1;
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++)
        if (possible >> field & 1 && add_name(state, record, field) < 0)
            return -1;
    PyObject *names = all_names(state);
    int rc = names ? PyObject_SetAttrString((PyObject *)state->process_type, "attrs", names) : -1;
    Py_XDECREF(names);
    return rc;
}

void attributes_free(module_state *state)
{
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++) {
        Py_CLEAR(state->field_names[field]);
        Py_CLEAR(state->field_methods[field]);
    }
    Py_CLEAR(state->field_numbers);
    Py_CLEAR(state->iterated);
    Py_CLEAR(state->info_name);
    Py_CLEAR(state->as_dict);
}

static void add_field(attributes *out, int field)
{
    if (out->asked >> field & 1)
        return;
    out->asked |= (psutil_fields)1 << field;
    out->read |= process_field_needs(field);
    out->order[out->len++] = (unsigned char)field;
}

static void add_all(attributes *out)
{
    psutil_fields fields = possible_fields() & ~EXTRAS;
    out->all = true;
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++)
        if (fields >> field & 1)
            add_field(out, field);
}

static PyObject *raise_invalid(PyObject *invalid)
{
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *text = comma ? PyUnicode_Join(comma, invalid) : NULL;
    if (text)
        PyErr_Format(PyExc_ValueError, "invalid attr name%s %U",
                     PyList_GET_SIZE(invalid) > 1 ? "s" : "", text);
    Py_XDECREF(text);
    Py_XDECREF(comma);
    return NULL;
}

/* Adds the field that `name` names, or the name to those that name none. */
static int add_named(module_state *state, PyObject *name, attributes *out, PyObject *invalid)
{
    PyObject *number = PyDict_GetItemWithError(state->field_numbers, name);
    if (number)
        add_field(out, (int)PyLong_AsLong(number));
    if (number || PyErr_Occurred())
        return number ? 0 : -1;
    PyObject *shown = PyObject_Repr(name);
    int rc = shown ? PyList_Append(invalid, shown) : -1;
    Py_XDECREF(shown);
    return rc;
}

int attributes_parse(module_state *state, PyObject *names, attributes *out)
{
    memset(out, 0, sizeof *out);
    if (names && names != Py_None && !PyList_Check(names) && !PyTuple_Check(names) &&
        !PyAnySet_Check(names)) {
        PyErr_Format(PyExc_TypeError, "invalid attrs type %R", (PyObject *)Py_TYPE(names));
        return -1;
    }
    PyObject *sequence = names && names != Py_None ? PySequence_List(names) : PyList_New(0);
    PyObject *invalid = PyList_New(0);
    int rc = sequence && invalid ? 0 : -1;
    for (Py_ssize_t i = 0; rc == 0 && i < PyList_GET_SIZE(sequence); i++)
        rc = add_named(state, PyList_GET_ITEM(sequence, i), out, invalid);
    if (rc == 0 && PyList_GET_SIZE(invalid) > 0) {
        raise_invalid(invalid);
        rc = -1;
    }
    if (rc == 0 && PyList_GET_SIZE(sequence) == 0)
        add_all(out);
    Py_XDECREF(invalid);
    Py_XDECREF(sequence);
    return rc;
}

/* The fields that are asked for, and those that they follow from. */
static psutil_fields methods_of(const attributes *wanted)
{
    psutil_fields methods = wanted->asked;
    for (Py_ssize_t i = 0; i < wanted->len; i++)
        methods |= process_follows_from(wanted->order[i]);
    return methods;
}

int attributes_are_original(PyTypeObject *type, module_state *state, const attributes *wanted)
{
    psutil_fields methods = methods_of(wanted);
    for (int field = 0; methods >> field; field++) {
        int original = methods >> field & 1 ? process_type_has_original(type, state, field) : 1;
        if (original <= 0)
            return original;
    }
    return 1;
}

/* Whether the instance has a method of its own. */
static int has_own(process_object *self, const attributes *wanted)
{
    int found = 0;
    psutil_fields methods = methods_of(wanted);
    if (!self->dict || PyDict_Size(self->dict) == 0)
        return 0;
    for (int field = 0; found == 0 && methods >> field; field++)
        if (methods >> field & 1)
            found = PyDict_Contains(self->dict, self->state->field_names[field]);
    return found;
}

/* ---- What was read --------------------------------------------------------------------------- */

PyObject *attribute_value(process_object *self, int field, psutil_process_info *info, double clock)
{
    if (field == PSUTIL_FIELD_CPU_PERCENT)
        return PyFloat_FromDouble(process_percent(self, &info->cpu_times, clock));
    return process_field_value(self, field, info);
}

/* What stands for a field that is withheld. */
static PyObject *withheld(process_object *self, int field, int reason, PyObject *ad_value)
{
    PyObject *guess =
        field == PSUTIL_FIELD_EXE && reason == PSUTIL_EACCES ? process_exe_guess(self) : NULL;
    if (guess || PyErr_Occurred())
        return guess;
    Py_INCREF(ad_value);
    return ad_value;
}

PyObject *attributes_to_dict(process_object *self, const attributes *wanted,
                             psutil_process_info *info, double clock, PyObject *ad_value)
{
    PyObject *result = PyDict_New();
    for (Py_ssize_t i = 0; result && i < wanted->len; i++) {
        int field = wanted->order[i];
        int reason = process_field_result(info, field);
        PyObject *value;
        if (reason == PSUTIL_ENOTSUP && wanted->all)
            continue;
        if (reason == PSUTIL_EACCES || reason == PSUTIL_EZOMBIE)
            value = withheld(self, field, reason, ad_value);
        else
            value = reason == 0 ? attribute_value(self, field, info, clock)
                                : process_raise(self, reason);
        if (!value || PyDict_SetItem(result, self->state->field_names[field], value) < 0)
            Py_CLEAR(result);
        Py_XDECREF(value);
    }
    return result;
}

/* What the handle knows is not read: it is there also when the process is not. */
#define OF_HANDLE (PSUTIL_FIELD(PID) | PSUTIL_FIELD(CREATE_TIME))

static int read_fields(process_object *self, psutil_fields fields, psutil_process_info *known,
                       psutil_process_info **read)
{
    if (fields & ~OF_HANDLE) {
        int rc = psutil_process_read(read, self->handle, fields & ~OF_HANDLE);
        if (rc != 0)
            return rc;
        known = *read;
    }
    known->result[PSUTIL_FIELD_PID] = 0;
    known->result[PSUTIL_FIELD_CREATE_TIME] =
        fields & PSUTIL_FIELD(CREATE_TIME)
            ? (int8_t)psutil_process_started(&known->create_time, self->handle)
            : PSUTIL_NOT_ASKED;
    return 0;
}

static PyObject *read_dict(process_object *self, const attributes *wanted, PyObject *ad_value)
{
    psutil_process_info known, *info = NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = read_fields(self, wanted->read, &known, &info);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    PyObject *result =
        attributes_to_dict(self, wanted, info ? info : &known, monotonic_clock(), ad_value);
    psutil_process_info_free(info);
    return result;
}

/* ---- One method after the other, when they are not the class's own --------------------------- */

/* What the exception that was raised stands for in the dictionary; NULL when it is to go on. *skip:
 * nothing stands for it. */
static PyObject *instead(process_object *self, const attributes *wanted, PyObject *ad_value,
                         bool *skip)
{
    *skip = wanted->all && PyErr_ExceptionMatches(PyExc_NotImplementedError);
    bool refused =
        raised_is(self->state, "AccessDenied") || raised_is(self->state, "ZombieProcess");
    if (!*skip && !refused)
        return NULL;
    PyErr_Clear();
    if (*skip)
        return NULL;
    Py_INCREF(ad_value);
    return ad_value;
}

static PyObject *call_methods(process_object *self, const attributes *wanted, PyObject *ad_value)
{
    PyObject *result = PyDict_New();
    for (Py_ssize_t i = 0; result && i < wanted->len; i++) {
        PyObject *name = self->state->field_names[wanted->order[i]];
        bool skip = false;
        PyObject *value = wanted->order[i] == PSUTIL_FIELD_PID
                              ? PyObject_GetAttr((PyObject *)self, name)
                              : PyObject_CallMethodObjArgs((PyObject *)self, name, NULL);
        if (!value)
            value = instead(self, wanted, ad_value, &skip);
        if (!skip && (!value || PyDict_SetItem(result, name, value) < 0))
            Py_CLEAR(result);
        Py_XDECREF(value);
    }
    return result;
}

/* Ends what oneshot() began; what was raised meanwhile stays. */
static void leave(PyObject *oneshot)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *left = PyObject_CallMethod(oneshot, "__exit__", "OOO", Py_None, Py_None, Py_None);
    Py_XDECREF(left);
    if (type || left)
        PyErr_Restore(type, value, traceback);
}

/* Within the process's own oneshot(), which may be overridden as well. */
static PyObject *call_methods_at_once(process_object *self, const attributes *wanted,
                                      PyObject *ad_value)
{
    PyObject *oneshot = PyObject_CallMethod((PyObject *)self, "oneshot", NULL);
    PyObject *entered = oneshot ? PyObject_CallMethod(oneshot, "__enter__", NULL) : NULL;
    PyObject *result = entered ? call_methods(self, wanted, ad_value) : NULL;
    if (entered)
        leave(oneshot);
    if (PyErr_Occurred())
        Py_CLEAR(result);
    Py_XDECREF(entered);
    Py_XDECREF(oneshot);
    return result;
}

PyObject *process_as_dict(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                          PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *values[2];
    attributes wanted;
    if (arguments(SIGNATURE("Process.as_dict", 0, "attrs", "ad_value"), args, nargs, kwnames,
                  values) < 0 ||
        attributes_parse(self->state, values[0], &wanted) < 0 || !process_is_open(self))
        return NULL;
    PyObject *ad_value = values[1] ? values[1] : Py_None;
    int original = attributes_are_original(Py_TYPE(object), self->state, &wanted);
    int own = original > 0 ? has_own(self, &wanted) : 0;
    if (original < 0 || own < 0)
        return NULL;
    if (original && !own && self->oneshot_depth == 0)
        return read_dict(self, &wanted, ad_value);
    return call_methods_at_once(self, &wanted, ad_value);
}
