/* What follows from the answers of other methods. Where a class, an instance or a test has a method
 * of its own in the place of such another, it is asked, as psutil does. */
#include "process.h"

psutil_fields process_follows_from(int field)
{
    switch (field) {
    case PSUTIL_FIELD_USERNAME:
        return PSUTIL_FIELD(UIDS);
    case PSUTIL_FIELD_MEMORY_PERCENT:
        return PSUTIL_FIELD(MEMORY_INFO);
    default:
        return 0;
    }
}

int process_type_has_original(PyTypeObject *type, module_state *state, int field)
{
    PyObject *method = PyObject_GetAttr((PyObject *)type, state->field_names[field]);
    if (!method)
        return -1;
    Py_DECREF(method);
    return method == state->field_methods[field];
}

/* 1 when the instance's method of this name is the class's as it was made, 0, or -1. */
static int has_original(process_object *self, int field)
{
    int own = self->dict ? PyDict_Contains(self->dict, self->state->field_names[field]) : 0;
    if (own != 0)
        return own < 0 ? -1 : 0;
    return process_type_has_original(Py_TYPE(self), self->state, field);
}

static PyObject *ask_methods(const char *function, PyObject *self, PyObject *argument)
{
    PyObject *late = PyImport_ImportModule("psutil._late");
    PyObject *result = late ? PyObject_CallMethod(late, function, "OO", self, argument) : NULL;
    Py_XDECREF(late);
    return result;
}

PyObject *process_username(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    int original = has_original(self, PSUTIL_FIELD_UIDS);
    if (original < 0)
        return NULL;
    return original ? process_get(self, PSUTIL_FIELD_USERNAME)
                    : ask_methods("username_by_method", object, Py_None);
}

/* Both may be asked: it depends on the kind which one is. */
static int has_memory_methods(process_object *self, bool both)
{
    int original = has_original(self, PSUTIL_FIELD_MEMORY_INFO);
    return original > 0 && both ? has_original(self, PSUTIL_FIELD_MEMORY_FULL_INFO) : original;
}

PyObject *process_memory_percent(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                                 PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *memtype;
    if (arguments(SIGNATURE("Process.memory_percent", 0, "memtype"), args, nargs, kwnames,
                  &memtype) < 0)
        return NULL;
    int original = has_memory_methods(self, memtype != NULL);
    if (original < 0)
        return NULL;
    if (!original)
        return memtype ? ask_methods("memory_percent_by_methods", object, memtype)
                       : ask_methods("memory_percent_by_methods", object, Py_None);
    return memtype ? process_memory_share(self, memtype)
                   : process_get(self, PSUTIL_FIELD_MEMORY_PERCENT);
}
