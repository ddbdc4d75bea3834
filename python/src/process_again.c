/* What process_iter() told of a process is mostly what it tells of it the next time. Values that
 * cannot change are given again instead of made again, and so are the dictionary and the list of
 * the command line when nobody else holds them: each is compared with what was read, so that it
 * does not matter what a program has done to the dictionary meanwhile. */
#include "process.h"

#include <math.h>
#include <string.h>

/* Free-threaded builds let other threads look at the dictionary at any time. */
#ifndef Py_GIL_DISABLED

static bool is_int(PyObject *object, int64_t value)
{
    int overflow;
    return PyLong_CheckExact(object) && PyLong_AsLongLongAndOverflow(object, &overflow) == value &&
           overflow == 0;
}

static bool is_int_or_none(PyObject *object, int64_t value)
{
    return value == PSUTIL_UNKNOWN ? object == Py_None : is_int(object, value);
}

/* Bit by bit: -0.0 is not 0.0. */
static bool is_float(PyObject *object, double value)
{
    if (!PyFloat_CheckExact(object))
        return false;
    double held = PyFloat_AS_DOUBLE(object);
    return memcmp(&held, &value, sizeof held) == 0;
}

/* Others than those of ASCII are decoded anew. */
static bool is_string(PyObject *object, const char *string)
{
    if (!string)
        return object == Py_None;
    if (!PyUnicode_CheckExact(object) || !PyUnicode_IS_COMPACT_ASCII(object))
        return false;
    size_t len = (size_t)PyUnicode_GET_LENGTH(object);
    return strncmp(string, (const char *)PyUnicode_1BYTE_DATA(object), len) == 0 &&
           string[len] == '\0';
}

static bool is_status(process_object *self, PyObject *object, int64_t status)
{
    const psutil_enum_value *values = self->state->status_values;
    PyObject *member = values ? enum_member(self->state, values, status) : NULL;
    PyErr_Clear();
    Py_XDECREF(member);
    return member == object;
}

/* Unknown numbers of a process's records are 0. */
static bool is_member(PyObject *object, const psutil_field *field, const void *item)
{
    const void *place = (const char *)item + field->offset;
    if (field->type == PSUTIL_TYPE_DOUBLE) {
        double value = *(const double *)place;
        return is_float(object, isnan(value) ? 0 : value);
    }
    if (field->type != PSUTIL_TYPE_INT)
        return false;
    int64_t value = *(const int64_t *)place;
    return is_int(object, value == PSUTIL_UNKNOWN ? 0 : value);
}

static bool is_record(process_object *self, PyObject *object, tuple_id id, const void *item)
{
    const tuple_info *info = tuple_get(self->state, id);
    if (!info) {
        PyErr_Clear();
        return false;
    }
    if (Py_TYPE(object) != atomic_load(&info->type) || PyTuple_GET_SIZE(object) != info->len)
        return false;
    for (Py_ssize_t i = 0; i < info->len; i++)
        if (!is_member(PyTuple_GET_ITEM(object, i), info->fields[i], item))
            return false;
    return true;
}

/* A list that only the dictionary holds, which only the instance holds. */
static bool is_own_list(PyObject *object, const psutil_string_list *list)
{
    if (!PyList_CheckExact(object) || Py_REFCNT(object) != 1 ||
        (size_t)PyList_GET_SIZE(object) != list->len)
        return false;
    for (size_t i = 0; i < list->len; i++)
        if (!is_string(PyList_GET_ITEM(object, (Py_ssize_t)i), list->items[i]))
            return false;
    return true;
}

/* Whether `object` is what process_field_value() would make; false for what is rarely asked. */
static bool says(process_object *self, PyObject *object, int field, const psutil_process_info *info)
{
    switch (field) {
    case PSUTIL_FIELD_PID:
        return is_int(object, self->pid);
    case PSUTIL_FIELD_PPID:
        return is_int_or_none(object, info->ppid);
    case PSUTIL_FIELD_NAME:
        return is_string(object, info->name ? info->name : "");
    case PSUTIL_FIELD_EXE:
        return is_string(object, info->exe ? info->exe : "");
    case PSUTIL_FIELD_CMDLINE:
        return is_own_list(object, info->cmdline);
    case PSUTIL_FIELD_CREATE_TIME:
        return is_float(object, info->create_time);
    case PSUTIL_FIELD_STATUS:
        return is_status(self, object, info->status);
    case PSUTIL_FIELD_CWD:
        return is_string(object, info->cwd ? info->cwd : "");
    case PSUTIL_FIELD_USERNAME:
        return is_string(object, info->username);
    case PSUTIL_FIELD_TERMINAL:
        return is_string(object, info->terminal);
    case PSUTIL_FIELD_UIDS:
        return is_record(self, object, TUPLE_puids, &info->uids);
    case PSUTIL_FIELD_GIDS:
        return is_record(self, object, TUPLE_pgids, &info->gids);
    case PSUTIL_FIELD_NICE:
        return is_int_or_none(object, info->nice);
    case PSUTIL_FIELD_IO_COUNTERS:
        return is_record(self, object, TUPLE_pio, &info->io_counters);
    case PSUTIL_FIELD_NUM_CTX_SWITCHES:
        return is_record(self, object, TUPLE_pctxsw, &info->num_ctx_switches);
    case PSUTIL_FIELD_NUM_FDS:
        return is_int_or_none(object, info->num_fds);
    case PSUTIL_FIELD_NUM_THREADS:
        return is_int_or_none(object, info->num_threads);
    case PSUTIL_FIELD_CPU_NUM:
        return is_int(object, info->cpu_num == PSUTIL_UNKNOWN ? -1 : info->cpu_num);
    case PSUTIL_FIELD_MEMORY_PERCENT:
        return is_float(object, isnan(info->memory_percent) ? 0 : info->memory_percent);
    case PSUTIL_FIELD_CPU_TIMES:
        return is_record(self, object, TUPLE_pcputimes, &info->cpu_times);
    case PSUTIL_FIELD_MEMORY_INFO:
        return is_record(self, object, TUPLE_pmem, &info->memory_info);
    default:
        return false;
    }
}

/* The dictionary that the instance shows: borrowed, or NULL. */
static PyObject *shown(const process_object *self, const attributes *wanted)
{
    PyObject *dict =
        self->dict ? PyDict_GetItemWithError(self->dict, self->state->info_name) : NULL;
    if (!dict)
        PyErr_Clear();
    return dict && PyDict_CheckExact(dict) && PyDict_GET_SIZE(dict) == wanted->len ? dict : NULL;
}

/* What name() and create_time() gave last. */
static void remember(process_object *self, int field, PyObject *value)
{
    if (field == PSUTIL_FIELD_NAME && self->name != value)
        process_keep(self, &self->name, value);
    if (field == PSUTIL_FIELD_CREATE_TIME && self->create_time != value)
        process_keep(self, &self->create_time, value);
}

/* Whether `ad_value` stands for a field that could not be read. For an executable a guess may. */
static bool is_withheld(int field, int reason)
{
    return reason == PSUTIL_EZOMBIE || (reason == PSUTIL_EACCES && field != PSUTIL_FIELD_EXE);
}

static bool is_right(process_object *self, PyObject *value, int field,
                     const psutil_process_info *info, PyObject *ad_value)
{
    if (process_field_result(info, field) != 0)
        return value == ad_value;
    bool right = says(self, value, field, info);
    if (right)
        remember(self, field, value);
    return right;
}

/* The fields whose values are other ones now. False when the dictionary has other names, or in
 * another order, or something that is not known here stands for a value. Nothing here runs code of
 * the program. */
static bool find_changed(process_object *self, const attributes *wanted, PyObject *dict,
                         const psutil_process_info *info, PyObject *ad_value,
                         psutil_fields *changed)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    *changed = 0;
    for (Py_ssize_t i = 0; PyDict_Next(dict, &at, &key, &value); i++) {
        int field = wanted->order[i];
        int reason = process_field_result(info, field);
        if (key != self->state->field_names[field] || (reason != 0 && !is_withheld(field, reason)))
            return false;
        if (!is_right(self, value, field, info, ad_value))
            *changed |= (psutil_fields)1 << field;
    }
    return true;
}

static PyObject *fresh_value(process_object *self, int field, psutil_process_info *info,
                             double clock, PyObject *ad_value)
{
    if (process_field_result(info, field) == 0)
        return attribute_value(self, field, info, clock);
    Py_INCREF(ad_value);
    return ad_value;
}

static int make_fresh(process_object *self, psutil_fields changed, psutil_process_info *info,
                      double clock, PyObject *ad_value, PyObject **fresh)
{
    for (int field = 0; changed >> field; field++)
        if (changed >> field & 1 &&
            !(fresh[field] = fresh_value(self, field, info, clock, ad_value)))
            return -1;
    return 0;
}

static int put_fresh(process_object *self, psutil_fields changed, PyObject *dict, PyObject **fresh)
{
    int rc = 0;
    for (int field = 0; rc == 0 && changed >> field; field++)
        if (changed >> field & 1)
            rc = PyDict_SetItem(dict, self->state->field_names[field], fresh[field]);
    return rc;
}

static void drop_fresh(psutil_fields changed, PyObject **fresh)
{
    for (int field = 0; changed >> field; field++)
        if (changed >> field & 1)
            Py_XDECREF(fresh[field]);
}

static int renew(process_object *self, psutil_fields changed, PyObject *dict,
                 psutil_process_info *info, double clock, PyObject *ad_value)
{
    PyObject *fresh[PSUTIL_FIELD_COUNT] = {NULL};
    int rc = make_fresh(self, changed, info, clock, ad_value, fresh);
    if (rc == 0)
        rc = put_fresh(self, changed, dict, fresh);
    drop_fresh(changed, fresh);
    return rc;
}

bool attributes_are_shown(process_object *self, const attributes *wanted,
                          const psutil_process_info *info, PyObject *ad_value)
{
    psutil_fields changed;
    PyObject *dict = shown(self, wanted);
    return dict && Py_REFCNT(dict) == 1 && Py_REFCNT(self->dict) == 1 && !self->weak_references &&
           find_changed(self, wanted, dict, info, ad_value, &changed) && !changed;
}

/* A list is seen by whoever holds the dictionary: what is copied has to get another. */
static PyObject *copy(PyObject *dict, const attributes *wanted, psutil_fields *changed)
{
    *changed |= wanted->asked & PSUTIL_FIELD(CMDLINE);
    return PyDict_Copy(dict);
}

PyObject *attributes_again(process_object *self, const attributes *wanted,
                           psutil_process_info *info, double clock, PyObject *ad_value)
{
    psutil_fields changed;
    PyObject *dict = shown(self, wanted);
    if (!dict || !find_changed(self, wanted, dict, info, ad_value, &changed))
        return NULL;
    if (Py_REFCNT(dict) == 1)
        Py_INCREF(dict);
    else
        dict = copy(dict, wanted, &changed);
    if (dict && changed && renew(self, changed, dict, info, clock, ad_value) < 0)
        Py_CLEAR(dict);
    return dict;
}

#else

PyObject *attributes_again(process_object *Py_UNUSED(self), const attributes *Py_UNUSED(wanted),
                           psutil_process_info *Py_UNUSED(info), double Py_UNUSED(clock),
                           PyObject *Py_UNUSED(ad_value))
{
    return NULL;
}

bool attributes_are_shown(process_object *Py_UNUSED(self), const attributes *Py_UNUSED(wanted),
                          const psutil_process_info *Py_UNUSED(info), PyObject *Py_UNUSED(ad_value))
{
    return false;
}

#endif
