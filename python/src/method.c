/* The methods of Process: called like the interpreter's own methods of classes written in C, and
 * functions to everybody who asks.
 *
 * unittest.mock, inspect and others treat methods as such only when they are Python's functions:
 * autospec=True hands `self` on for nothing else. isinstance() believes __class__, so that is what
 * they are told; what a function has besides comes from a twin, a function with the same parameters
 * that is made when somebody looks. */
#include "process.h"

#include <string.h>
#include <structmember.h>

static PyObject *method_repr(PyObject *object);

typedef struct method_object {
    PyObject_HEAD vectorcallfunc vectorcall;
    const PyMethodDef *definition;
    PyTypeObject *owner;
    PyObject *twin; /* NULL until it is needed */
    PyObject *weak_references;
} method_object;

bool process_is_method(PyObject *object)
{
    return Py_TYPE(object)->tp_repr == method_repr;
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static bool takes_self(const method_object *method, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs > 0 && PyObject_TypeCheck(args[0], method->owner))
        return true;
    const char *name = method->definition->ml_name;
    if (nargs == 0)
        PyErr_Format(PyExc_TypeError, "Process.%s() missing 1 required positional argument: 'self'",
                     name);
    else
        PyErr_Format(
            PyExc_TypeError,
            "descriptor '%s' for 'psutil.Process' objects doesn't apply to a '%.100s' object", name,
            Py_TYPE(args[0])->tp_name);
    return false;
}

static PyObject *refuse(const method_object *method, PyObject *const *args, Py_ssize_t nargs,
                        PyObject *kwnames)
{
    const char *name = method->definition->ml_name;
    if (!takes_self(method, args, nargs))
        return NULL;
    if (kwnames && PyTuple_GET_SIZE(kwnames) > 0)
        return PyErr_Format(PyExc_TypeError, "Process.%s() got an unexpected keyword argument '%U'",
                            name, PyTuple_GET_ITEM(kwnames, 0));
    if (nargs > 1)
        return PyErr_Format(PyExc_TypeError,
                            "Process.%s() takes 1 positional argument but %zd were given", name,
                            nargs);
    return method->definition->ml_meth(args[0], NULL);
}

static PyObject *call_without(PyObject *callable, PyObject *const *args, size_t nargsf,
                              PyObject *kwnames)
{
    const method_object *method = (method_object *)callable;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs == 1 && !kwnames && PyObject_TypeCheck(args[0], method->owner))
        return method->definition->ml_meth(args[0], NULL);
    return refuse(method, args, nargs, kwnames);
}

typedef PyObject *with_keywords(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

static PyObject *call_with(PyObject *callable, PyObject *const *args, size_t nargsf,
                           PyObject *kwnames)
{
    const method_object *method = (method_object *)callable;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!takes_self(method, args, nargs))
        return NULL;
    with_keywords *function = (with_keywords *)(void (*)(void))method->definition->ml_meth;
    return function(args[0], args + 1, nargs - 1, kwnames);
}

/* ---- What it says of itself ------------------------------------------------------------------ */

/* Behind the signature that the documentation begins with. */
#define SIGNATURE_END ")\n--\n\n"

static PyObject *get_doc(PyObject *object, void *Py_UNUSED(closure))
{
    const char *text = ((method_object *)object)->definition->ml_doc;
    return PyUnicode_FromString(strstr(text, SIGNATURE_END) + strlen(SIGNATURE_END));
}

static PyObject *get_name(PyObject *object, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((method_object *)object)->definition->ml_name);
}

static PyObject *get_qualname(PyObject *object, void *Py_UNUSED(closure))
{
    return PyUnicode_FromFormat("Process.%s", ((method_object *)object)->definition->ml_name);
}

static PyObject *get_module(PyObject *Py_UNUSED(object), void *Py_UNUSED(closure))
{
    return PyUnicode_FromString("psutil");
}

static PyObject *get_class(PyObject *Py_UNUSED(object), void *Py_UNUSED(closure))
{
    Py_INCREF(&PyFunction_Type);
    return (PyObject *)&PyFunction_Type;
}

static PyObject *make_twin(const method_object *method)
{
    const char *text = method->definition->ml_doc + strlen(method->definition->ml_name);
    PyObject *late = PyImport_ImportModule("psutil._late");
    PyObject *twin = late ? PyObject_CallMethod(late, "twin", "ss#", method->definition->ml_name,
                                                text, strstr(text, SIGNATURE_END) + 1 - text)
                          : NULL;
    Py_XDECREF(late);
    return twin;
}

/* Two threads may make one each: both are right, and the first stays. */
static PyObject *get_of_twin(PyObject *object, void *name)
{
    method_object *method = (method_object *)object;
    module_state *state = state_of_type(method->owner);
    if (!state)
        return NULL;
    LOCK(state);
    PyObject *twin = method->twin;
    Py_XINCREF(twin);
    UNLOCK(state);
    if (!twin) {
        twin = make_twin(method);
        if (!twin)
            return NULL;
        LOCK(state);
        if (!method->twin) {
            Py_INCREF(twin);
            method->twin = twin;
        }
        UNLOCK(state);
    }
    PyObject *value = PyObject_GetAttrString(twin, name);
    Py_DECREF(twin);
    return value;
}

static PyObject *method_repr(PyObject *object)
{
    return PyUnicode_FromFormat("<function Process.%s at %p>",
                                ((method_object *)object)->definition->ml_name, (void *)object);
}

/* Pickled by its name, as functions are. */
static PyObject *method_reduce(PyObject *object, PyObject *Py_UNUSED(unused))
{
    return get_qualname(object, NULL);
}

/* ---- The class ------------------------------------------------------------------------------- */

static PyObject *method_bind(PyObject *object, PyObject *instance, PyObject *Py_UNUSED(type))
{
    if (instance && instance != Py_None)
        return PyMethod_New(object, instance);
    Py_INCREF(object);
    return object;
}

static int method_traverse(PyObject *object, visitproc visit, void *arg)
{
    method_object *method = (method_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(method->owner);
    Py_VISIT(method->twin);
    return 0;
}

/* The owner stays: calls compare with it until the very end. Its dictionary lets go of this. */
static int method_clear(PyObject *object)
{
    Py_CLEAR(((method_object *)object)->twin);
    return 0;
}

static void method_dealloc(PyObject *object)
{
    method_object *method = (method_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (method->weak_references)
        PyObject_ClearWeakRefs(object);
    Py_CLEAR(method->twin);
    Py_CLEAR(method->owner);
    type->tp_free(object);
    Py_DECREF(type);
}

#define OF_TWIN(name)                                                                              \
    {                                                                                              \
        name, get_of_twin, NULL, NULL, (void *)(uintptr_t)name                                     \
    }

static PyGetSetDef method_getters[] = {
    {"__class__", get_class, NULL, NULL, NULL},
    {"__doc__", get_doc, NULL, NULL, NULL},
    {"__module__", get_module, NULL, NULL, NULL},
    {"__name__", get_name, NULL, NULL, NULL},
    {"__qualname__", get_qualname, NULL, NULL, NULL},
    OF_TWIN("__annotations__"),
    OF_TWIN("__closure__"),
    OF_TWIN("__code__"),
    OF_TWIN("__defaults__"),
    OF_TWIN("__dict__"),
    OF_TWIN("__globals__"),
    OF_TWIN("__kwdefaults__"),
    {NULL},
};

static PyMemberDef method_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(method_object, vectorcall), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(method_object, weak_references), READONLY, NULL},
    {NULL},
};

static PyMethodDef method_methods[] = {
    {"__reduce__", method_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyType_Slot method_slots[] = {
    {Py_tp_call, (void *)PyVectorcall_Call},
    {Py_tp_clear, (void *)method_clear},
    {Py_tp_dealloc, (void *)method_dealloc},
    {Py_tp_descr_get, (void *)method_bind},
    {Py_tp_getset, method_getters},
    {Py_tp_members, method_members},
    {Py_tp_methods, method_methods},
    {Py_tp_repr, (void *)method_repr},
    {Py_tp_traverse, (void *)method_traverse},
    {0, NULL},
};

/* The interpreter calls them without an object in between (METHOD_DESCRIPTOR), and remembers them
 * where they are called if their class cannot change. */
#ifndef Py_TPFLAGS_IMMUTABLETYPE
#define Py_TPFLAGS_IMMUTABLETYPE 0
#endif

static PyType_Spec method_spec = {
    .name = "psutil._psutil.method",
    .basicsize = sizeof(method_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = method_slots,
};

static int add_method(PyTypeObject *type, PyTypeObject *owner, const PyMethodDef *definition)
{
    method_object *method = (method_object *)type->tp_alloc(type, 0);
    if (!method)
        return -1;
    method->vectorcall = definition->ml_flags == METH_NOARGS ? call_without : call_with;
    method->definition = definition;
    Py_INCREF(owner);
    method->owner = owner;
    int rc = PyObject_SetAttrString((PyObject *)owner, definition->ml_name, (PyObject *)method);
    Py_DECREF(method);
    return rc;
}

int methods_add(PyObject *module, PyTypeObject *owner)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &method_spec, NULL);
    int rc = type ? 0 : -1;
    for (const PyMethodDef *m = process_methods; rc == 0 && m->ml_name; m++)
        rc = add_method(type, owner, m);
    Py_XDECREF(type);
    return rc;
}
