/* Members of the package's enumerations. The classes are Python's own, made in _enums.py when the
 * first member is needed. */
#include "module.h"

#include <string.h>

const psutil_enum_value *enum_values(const char *record_name, const char *field)
{
    const psutil_record *record = psutil_record_find(record_name);
    for (size_t i = 0; record && i < record->len; i++)
        if (strcmp(record->fields[i].name, field) == 0)
            return record->fields[i].values;
    return NULL;
}

static enum_info *info_for(module_state *state, const psutil_enum_value *values)
{
    for (int i = 0; i < ENUMS_MAX; i++) {
        if (!state->enums[i].values)
            state->enums[i].values = values;
        if (state->enums[i].values == values)
            return &state->enums[i];
    }
    return NULL;
}

/* Where the member is kept, or NULL. */
static _Atomic(PyObject *) *place_of(module_state *state, const psutil_enum_value *values,
                                     int64_t value)
{
    if (value < 0 || value >= ENUM_CACHED)
        return NULL;
    LOCK(state);
    enum_info *info = info_for(state, values);
    UNLOCK(state);
    return info ? &info->members[value] : NULL;
}

/* psutil._enums.member(name) */
static PyObject *member_called(const char *name)
{
    PyObject *enums = PyImport_ImportModule("psutil._enums");
    if (!enums)
        return NULL;
    PyObject *member = PyObject_CallMethod(enums, "member", "s", name);
    Py_DECREF(enums);
    return member;
}

PyObject *enum_member(module_state *state, const psutil_enum_value *values, int64_t value)
{
    _Atomic(PyObject *) *place = place_of(state, values, value);
    PyObject *member = place ? atomic_load_explicit(place, memory_order_acquire) : NULL;
    if (member) {
        Py_INCREF(member);
        return member;
    }
    const char *name = psutil_enum_name(values, value);
    if (!name)
        return int_from(value);
    member = member_called(name);
    PyObject *none = NULL;
    if (member && place && atomic_compare_exchange_strong(place, &none, member))
        Py_INCREF(member);
    return member;
}
