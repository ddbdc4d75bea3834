/* From the library's structs to Python's objects, led by the descriptions of the records. */
#include "module.h"

#include <math.h>
#include <string.h>

static uint64_t eight(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Eight at a time, the last of them once more: most texts are short. */
static bool is_ascii(const char *bytes, size_t len)
{
    uint64_t all = 0;
    if (len >= 8) {
        for (size_t i = 0; i < len - 8; i += 8)
            all |= eight(bytes + i);
        all |= eight(bytes + len - 8);
    } else
        for (size_t i = 0; i < len; i++)
            all |= (unsigned char)bytes[i];
    return !(all & 0x8080808080808080);
}

/* All file system encodings that Python takes begin with ASCII, which most names are. */
static PyObject *text_from(const char *bytes, size_t len)
{
    if (!is_ascii(bytes, len))
        return PyUnicode_DecodeFSDefaultAndSize(bytes, (Py_ssize_t)len);
    PyObject *text = PyUnicode_New((Py_ssize_t)len, 127);
    if (text && len > 0)
        memcpy(PyUnicode_1BYTE_DATA(text), bytes, len);
    return text;
}

PyObject *string_from(const char *string)
{
    if (!string)
        Py_RETURN_NONE;
    return text_from(string, strlen(string));
}

PyObject *int_from(int64_t value)
{
    if (value == PSUTIL_UNKNOWN)
        Py_RETURN_NONE;
    return PyLong_FromLongLong(value);
}

PyObject *double_from(double value)
{
    if (isnan(value))
        Py_RETURN_NONE;
    return PyFloat_FromDouble(value);
}

static PyObject *bool_from(int64_t value)
{
    if (value == PSUTIL_UNKNOWN)
        Py_RETURN_NONE;
    return PyBool_FromLong(value != 0);
}

/* The texts of addresses that a list has had already: most sockets of a machine have one of few. */
enum { TEXTS = 64 };
typedef struct texts {
    PyObject *known[TEXTS];
} texts;

static void texts_clear(texts *texts)
{
    for (int i = 0; i < TEXTS; i++)
        Py_CLEAR(texts->known[i]);
}

static PyObject **place_of(texts *texts, const char *bytes, size_t len)
{
    unsigned sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + (unsigned char)bytes[i];
    return &texts->known[(sum ^ sum >> 6) % TEXTS];
}

static PyObject *address_text(texts *texts, const char *ip)
{
    size_t len = strlen(ip);
    PyObject **place = place_of(texts, ip, len);
    if (!*place || PyUnicode_GET_LENGTH(*place) != (Py_ssize_t)len ||
        memcmp(PyUnicode_1BYTE_DATA(*place), ip, len) != 0) {
        PyObject *text = text_from(ip, len);
        if (!text || !is_ascii(ip, len))
            return text;
        Py_XSETREF(*place, text);
    }
    Py_INCREF(*place);
    return *place;
}

static PyObject *other_from(module_state *state, const psutil_field *field, const void *place,
                            texts *texts);

/* `texts` may be NULL. Nearly all fields are one of three types. */
static inline PyObject *value_from(module_state *state, const psutil_field *field, const void *item,
                                   texts *texts)
{
    const void *place = (const char *)item + field->offset;
    if (field->type == PSUTIL_TYPE_INT)
        return int_from(*(const int64_t *)place);
    if (field->type == PSUTIL_TYPE_DOUBLE)
        return double_from(*(const double *)place);
    if (field->type == PSUTIL_TYPE_STRING)
        return string_from(*(const char *const *)place);
    return other_from(state, field, place, texts);
}

static PyObject *plain_new(const tuple_info *info)
{
    PyTypeObject *type = atomic_load_explicit(&info->type, memory_order_relaxed);
    PyTupleObject *tuple = PyObject_GC_NewVar(PyTupleObject, type, info->len);
    if (tuple)
        tuple_forget_hash((PyObject *)tuple);
    return (PyObject *)tuple;
}

/* Of a class that is plain: the garbage collector never looks at it, as it does not at the
 * interpreter's own tuples of numbers and strings. Thousands of rows cost it nothing that way. */
static PyObject *fill_plain(module_state *state, const tuple_info *info, const void *item,
                            texts *texts)
{
    PyObject *tuple = plain_new(info);
    bool failed = false;
    if (!tuple)
        return NULL;
    for (Py_ssize_t i = 0; i < info->len; i++) {
        PyObject *value = failed ? NULL : value_from(state, info->fields[i], item, texts);
        PyTuple_SET_ITEM(tuple, i, value);
        failed = !value;
    }
    if (failed)
        Py_CLEAR(tuple);
    return tuple;
}

static PyObject *addr_from(module_state *state, const psutil_addr *address, texts *texts)
{
    const tuple_info *info = tuple_get(state, TUPLE_addr);
    PyObject *tuple = info ? plain_new(info) : NULL;
    if (!tuple)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, texts ? address_text(texts, address->ip) : string_from(address->ip));
    PyTuple_SET_ITEM(tuple, 1, int_from(address->port));
    if (!PyTuple_GET_ITEM(tuple, 0) || !PyTuple_GET_ITEM(tuple, 1))
        Py_CLEAR(tuple);
    return tuple;
}

/* An end of a socket: addr(ip, port), the path of a UNIX socket, or () when there is none. */
static PyObject *address_from(module_state *state, const psutil_addr *address, texts *texts)
{
    if (address->ip)
        return addr_from(state, address, texts);
    if (address->path)
        return string_from(address->path);
    return PyTuple_New(0);
}

PyObject *ints_from(const psutil_int_list *list)
{
    PyObject *result = PyList_New((Py_ssize_t)list->len);
    for (size_t i = 0; result && i < list->len; i++) {
        PyObject *item = int_from(list->items[i]);
        if (!item)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, (Py_ssize_t)i, item);
    }
    return result;
}

PyObject *strings_from(const psutil_string_list *list)
{
    PyObject *result = PyList_New((Py_ssize_t)list->len);
    for (size_t i = 0; result && i < list->len; i++) {
        PyObject *item = string_from(list->items[i]);
        if (!item)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, (Py_ssize_t)i, item);
    }
    return result;
}

static int add_variable(PyObject *result, const char *variable)
{
    const char *equals = strchr(variable, '=');
    if (!equals)
        return 0;
    PyObject *key = text_from(variable, (size_t)(equals - variable));
    PyObject *value = string_from(equals + 1);
    int rc = key && value ? PyDict_SetItem(result, key, value) : -1;
    Py_XDECREF(value);
    Py_XDECREF(key);
    return rc;
}

PyObject *variables_from(const psutil_string_list *list)
{
    PyObject *result = PyDict_New();
    for (size_t i = 0; result && i < list->len; i++)
        if (add_variable(result, list->items[i]) < 0)
            Py_CLEAR(result);
    return result;
}

/* None for records that have no named tuple (rlimit). */
static PyObject *list_from(module_state *state, const psutil_record *record, const void *list)
{
    const any_list *any = list;
    int id = tuple_id_of(record);
    if (!any || id < 0)
        Py_RETURN_NONE;
    return list_to_tuples(state, (tuple_id)id, any->items, any->len);
}

static PyObject *nested_from(module_state *state, const psutil_field *field, const void *place)
{
    int id = tuple_id_of(field->record);
    if (id < 0)
        Py_RETURN_NONE;
    return record_to_tuple(state, (tuple_id)id, place);
}

static PyObject *other_from(module_state *state, const psutil_field *field, const void *place,
                            texts *texts)
{
    switch (field->type) {
    case PSUTIL_TYPE_BOOL:
        return bool_from(*(const int64_t *)place);
    case PSUTIL_TYPE_ENUM:
        return enum_member(state, field->values, *(const int64_t *)place);
    case PSUTIL_TYPE_ADDRESS:
        return address_from(state, place, texts);
    case PSUTIL_TYPE_RECORD:
        return nested_from(state, field, place);
    case PSUTIL_TYPE_LIST:
        return list_from(state, field->record, *(const void *const *)place);
    case PSUTIL_TYPE_INTS:
        return ints_from(*(psutil_int_list *const *)place);
    case PSUTIL_TYPE_STRINGS:
        return strings_from(*(psutil_string_list *const *)place);
    case PSUTIL_TYPE_VARIABLES:
        return variables_from(*(psutil_string_list *const *)place);
    default:
        Py_UNREACHABLE();
    }
}

PyObject *field_from(module_state *state, const psutil_field *field, const void *item)
{
    return value_from(state, field, item, NULL);
}

static PyObject *fill_tracked(module_state *state, const tuple_info *info, const void *item)
{
    PyTypeObject *type = atomic_load_explicit(&info->type, memory_order_relaxed);
    PyObject *tuple = tuple_allocate(type, info->len);
    for (Py_ssize_t i = 0; tuple && i < info->len; i++) {
        PyObject *value = field_from(state, info->fields[i], item);
        if (!value)
            Py_CLEAR(tuple);
        else
            PyTuple_SET_ITEM(tuple, i, value);
    }
    return tuple;
}

static PyObject *fill_tuple(module_state *state, const tuple_info *info, const void *item,
                            texts *texts)
{
    return info->plain ? fill_plain(state, info, item, texts) : fill_tracked(state, info, item);
}

PyObject *record_to_tuple(module_state *state, tuple_id id, const void *item)
{
    const tuple_info *info = tuple_get(state, id);
    return info ? fill_tuple(state, info, item, NULL) : NULL;
}

static PyObject *tuples_from(module_state *state, const tuple_info *info, const void *items,
                             size_t len, texts *texts)
{
    PyObject *result = PyList_New((Py_ssize_t)len);
    for (size_t i = 0; result && i < len; i++) {
        const void *item = (const char *)items + i * info->record->size;
        PyObject *tuple = fill_tuple(state, info, item, texts);
        if (!tuple)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, (Py_ssize_t)i, tuple);
    }
    return result;
}

PyObject *list_to_tuples(module_state *state, tuple_id id, const void *items, size_t len)
{
    const tuple_info *info = tuple_get(state, id);
    if (!info || !info->has_addresses)
        return info ? tuples_from(state, info, items, len, NULL) : NULL;
    texts texts = {{NULL}};
    PyObject *result = tuples_from(state, info, items, len, &texts);
    texts_clear(&texts);
    return result;
}

static PyObject *keyed(module_state *state, tuple_id id, const void *items, size_t len)
{
    const tuple_info *info = tuple_get(state, id);
    PyObject *result = info ? PyDict_New() : NULL;
    for (size_t i = 0; result && i < len; i++) {
        const void *item = (const char *)items + i * info->record->size;
        PyObject *key = field_from(state, info->record->key, item);
        PyObject *tuple = key ? fill_tuple(state, info, item, NULL) : NULL;
        if (!tuple || PyDict_SetItem(result, key, tuple) < 0)
            Py_CLEAR(result);
        Py_XDECREF(tuple);
        Py_XDECREF(key);
    }
    return result;
}

/* The lists that rows are sorted into, and those that were seen first: most machines have few
 * chips, and few interfaces, and a name is looked up only once. */
enum { GROUPS = 8 };
typedef struct groups {
    PyObject *by_name; /* {name: rows} */
    int len;
    struct {
        const char *name;
        PyObject *rows; /* borrowed */
    } first[GROUPS];
} groups;

static PyObject *group_make(groups *known, const char *name)
{
    PyObject *key = string_from(name);
    PyObject *rows = key ? PyDict_GetItemWithError(known->by_name, key) : NULL;
    if (key && !rows && !PyErr_Occurred()) {
        rows = PyList_New(0);
        if (rows && PyDict_SetItem(known->by_name, key, rows) < 0)
            Py_CLEAR(rows);
        Py_XDECREF(rows);
    }
    Py_XDECREF(key);
    if (rows && name && known->len < GROUPS) {
        known->first[known->len].name = name;
        known->first[known->len++].rows = rows;
    }
    return rows;
}

/* A borrowed reference. */
static PyObject *group_of(groups *known, const char *name)
{
    for (int i = 0; name && i < known->len; i++)
        if (strcmp(known->first[i].name, name) == 0)
            return known->first[i].rows;
    return group_make(known, name);
}

static PyObject *grouped(module_state *state, tuple_id id, const void *items, size_t len)
{
    const tuple_info *info = tuple_get(state, id);
    groups made;
    made.by_name = info ? PyDict_New() : NULL;
    made.len = 0;
    for (size_t i = 0; made.by_name && i < len; i++) {
        const char *item = (const char *)items + i * info->record->size;
        const char *name = *(const char *const *)(const void *)(item + info->record->key->offset);
        PyObject *rows = group_of(&made, name);
        PyObject *tuple = rows ? fill_tuple(state, info, item, NULL) : NULL;
        if (!tuple || PyList_Append(rows, tuple) < 0)
            Py_CLEAR(made.by_name);
        Py_XDECREF(tuple);
    }
    return made.by_name;
}

PyObject *list_to_dict(module_state *state, tuple_id id, const void *items, size_t len)
{
    return keyed(state, id, items, len);
}

PyObject *list_to_groups(module_state *state, tuple_id id, const void *items, size_t len)
{
    return grouped(state, id, items, len);
}

double round_tenth(double value)
{
    double scaled = value * 10;
    if (!isfinite(scaled) || fabs(scaled) > 1e15)
        return value;
    double nearest = nearbyint(scaled);
    /* Only close to a half can the multiplication's own rounding have changed the outcome. */
    if (fabs(fabs(scaled - nearest) - 0.5) > 1e-6)
        return nearest / 10;
    char *text = PyOS_double_to_string(value, 'f', 1, 0, NULL);
    if (!text)
        return value;
    double rounded = PyOS_string_to_double(text, NULL, NULL);
    PyMem_Free(text);
    return rounded;
}
