/* The functions of the package that only hand on what they are given: called as what they hand it
 * to, and functions to everybody who asks.
 *
 * A function written in Python costs as much as a short system call before it has done anything.
 * The package has them all the same, for their parameters, documentation and messages: each is the
 * twin of an object that is put in its place, calls the compiled function where the arguments are
 * plain, and the twin where they are not. As in method.c, __class__ is what isinstance() believes.
 */
#include "module.h"

#include <structmember.h>

typedef struct function_object {
    PyObject_HEAD vectorcallfunc vectorcall;
    const PyMethodDef *definition;
    PyObject *module; /* what the compiled function is called with */
    PyObject *twin;
    PyObject *weak_references;
    Py_ssize_t least, most; /* arguments that it takes */
} function_object;

/* ---- Calls ----------------------------------------------------------------------------------- */

static PyObject *call_twin(const function_object *function, PyObject *const *args, size_t nargsf,
                           PyObject *kwnames)
{
    return PyObject_Vectorcall(function->twin, args, nargsf, kwnames);
}

static PyObject *call_without(PyObject *callable, PyObject *const *args, size_t nargsf,
                              PyObject *kwnames)
{
    const function_object *function = (function_object *)callable;
    if (PyVectorcall_NARGS(nargsf) == 0 && !kwnames)
        return function->definition->ml_meth(function->module, NULL);
    return call_twin(function, args, nargsf, kwnames);
}

typedef PyObject *with_keywords(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* What is given by name is counted by the compiled function, which knows the names. */
static PyObject *call_with(PyObject *callable, PyObject *const *args, size_t nargsf,
                           PyObject *kwnames)
{
    const function_object *function = (function_object *)callable;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs > function->most || (!kwnames && nargs < function->least))
        return call_twin(function, args, nargsf, kwnames);
    with_keywords *compiled = (with_keywords *)(void (*)(void))function->definition->ml_meth;
    return compiled(function->module, args, nargs, kwnames);
}

/* ---- What it says of itself ------------------------------------------------------------------ */

static PyObject *get_class(PyObject *Py_UNUSED(object), void *Py_UNUSED(closure))
{
    Py_INCREF(&PyFunction_Type);
    return (PyObject *)&PyFunction_Type;
}

static PyObject *get_of_twin(PyObject *object, void *name)
{
    return PyObject_GetAttrString(((function_object *)object)->twin, name);
}

/* Whatever this class has no attribute for. */
static PyObject *get_attribute(PyObject *object, PyObject *name)
{
    PyObject *value = PyObject_GenericGetAttr(object, name);
    if (value || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return value;
    PyErr_Clear();
    return PyObject_GetAttr(((function_object *)object)->twin, name);
}

static int set_attribute(PyObject *object, PyObject *name, PyObject *value)
{
    return PyObject_SetAttr(((function_object *)object)->twin, name, value);
}

static PyObject *function_repr(PyObject *object)
{
    return PyObject_Repr(((function_object *)object)->twin);
}

/* Pickled and copied by its name, as functions are. */
static PyObject *function_reduce(PyObject *object, PyObject *Py_UNUSED(unused))
{
    return PyObject_GetAttrString(((function_object *)object)->twin, "__qualname__");
}

static PyObject *function_bind(PyObject *object, PyObject *instance, PyObject *Py_UNUSED(type))
{
    if (instance && instance != Py_None)
        return PyMethod_New(object, instance);
    Py_INCREF(object);
    return object;
}

/* ---- The class ------------------------------------------------------------------------------- */

static int function_traverse(PyObject *object, visitproc visit, void *arg)
{
    function_object *function = (function_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(function->module);
    Py_VISIT(function->twin);
    return 0;
}

/* Module and twin stay: calls use them until the very end. The package's dictionary, through which
 * all cycles lead, lets go of this. */
static void function_dealloc(PyObject *object)
{
    function_object *function = (function_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (function->weak_references)
        PyObject_ClearWeakRefs(object);
    Py_CLEAR(function->twin);
    Py_CLEAR(function->module);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyGetSetDef function_getters[] = {
    {"__class__", get_class, NULL, NULL, NULL},
    {"__doc__", get_of_twin, NULL, NULL, (void *)(uintptr_t) "__doc__"},
    {"__module__", get_of_twin, NULL, NULL, (void *)(uintptr_t) "__module__"},
    {NULL},
};

static PyMemberDef function_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(function_object, vectorcall), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(function_object, weak_references), READONLY, NULL},
    {NULL},
};

static PyMethodDef function_methods[] = {
    {"__reduce__", function_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyType_Slot function_slots[] = {
    {Py_tp_call, (void *)PyVectorcall_Call},
    {Py_tp_dealloc, (void *)function_dealloc},
    {Py_tp_descr_get, (void *)function_bind},
    {Py_tp_getattro, (void *)get_attribute},
    {Py_tp_getset, function_getters},
    {Py_tp_members, function_members},
    {Py_tp_methods, function_methods},
    {Py_tp_repr, (void *)function_repr},
    {Py_tp_setattro, (void *)set_attribute},
    {Py_tp_traverse, (void *)function_traverse},
    {0, NULL},
};

#ifndef Py_TPFLAGS_IMMUTABLETYPE
#define Py_TPFLAGS_IMMUTABLETYPE 0
#endif

static PyType_Spec function_spec = {
    .name = "psutil._psutil.function",
    .basicsize = sizeof(function_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = function_slots,
};

/* ---- In their twins' place ------------------------------------------------------------------- */

static PyObject *function_make(PyTypeObject *type, PyObject *module, const PyMethodDef *definition,
                               PyObject *twin)
{
    function_object *function = (function_object *)type->tp_alloc(type, 0);
    if (!function)
        return NULL;
    PyObject *defaults = PyFunction_GetDefaults(twin);
    function->vectorcall = definition->ml_flags == METH_NOARGS ? call_without : call_with;
    function->definition = definition;
    function->most = ((PyCodeObject *)PyFunction_GetCode(twin))->co_argcount;
    function->least = function->most - (defaults ? PyTuple_GET_SIZE(defaults) : 0);
    Py_INCREF(module);
    function->module = module;
    Py_INCREF(twin);
    function->twin = twin;
    return (PyObject *)function;
}

/* Those that the package has a function of the same name for. */
static int replace_all(PyTypeObject *type, module_state *state, const PyMethodDef *definitions)
{
    int rc = 0;
    for (const PyMethodDef *d = definitions; rc == 0 && d->ml_name; d++) {
        PyObject *twin = PyDict_GetItemString(state->package, d->ml_name);
        if (!twin || !PyFunction_Check(twin))
            continue;
        PyObject *function = function_make(type, state->module, d, twin);
        rc = function ? PyDict_SetItemString(state->package, d->ml_name, function) : -1;
        Py_XDECREF(function);
    }
    return rc;
}

int functions_replace(module_state *state)
{
    const PyMethodDef *const topics[] = {cpu_functions, disk_functions, net_functions,
                                         sensor_functions, system_functions};
    PyObject *type = PyType_FromModuleAndSpec(state->module, &function_spec, NULL);
    int rc = type ? 0 : -1;
    for (size_t i = 0; rc == 0 && i < sizeof topics / sizeof *topics; i++)
        rc = replace_all((PyTypeObject *)type, state, topics[i]);
    Py_XDECREF(type);
    return rc;
}
