/* The module itself: its state, its set-up, its end. */
#include "module.h"
#include "process.h"

#include <string.h>

module_state *state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

module_state *state_of_type(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030b0000
    PyObject *module = PyType_GetModuleByDef(type, &psutil_module);
    return module ? state_of(module) : NULL;
#else
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (!(base->tp_flags & Py_TPFLAGS_HEAPTYPE))
            continue;
        PyObject *module = ((PyHeapTypeObject *)base)->ht_module;
        if (module && PyModule_Check(module) && PyModule_GetDef(module) == &psutil_module)
            return state_of(module);
    }
    PyErr_SetString(PyExc_TypeError, "not a class of psutil");
    return NULL;
#endif
}

/* The package's dictionary: where PROCFS_PATH is looked up at each call. The first percentages tell
 * about the time since. */
static PyObject *bind_package(PyObject *module, PyObject *globals)
{
    module_state *state = state_of(module);
    if (!PyDict_Check(globals)) {
        PyErr_SetString(PyExc_TypeError, "a dictionary is needed");
        return NULL;
    }
    Py_INCREF(globals);
    Py_XSETREF(state->package, globals);
    state->package_version = 0;
    if (functions_replace(state) < 0)
        return NULL;
    Py_XSETREF(state->pids, package_own(state, state->pids_name));
    if (!state->pids)
        return NULL;
    cpu_baselines_begin(state);
    Py_RETURN_NONE;
}

static PyObject *named_tuple(PyObject *module, PyObject *name)
{
    module_state *state = state_of(module);
    const char *text = PyUnicode_AsUTF8(name);
    if (!text)
        return NULL;
    int id = tuple_id_of(&(psutil_record){.name = text});
    if (id < 0)
        Py_RETURN_NONE;
    const tuple_info *info = tuple_get(state, (tuple_id)id);
    if (!info)
        return NULL;
    PyObject *type = (PyObject *)atomic_load(&info->type);
    Py_INCREF(type);
    return type;
}

static PyMethodDef module_functions[] = {
    {"_bind", bind_package, METH_O, NULL},
    {"_named_tuple", named_tuple, METH_O, NULL},
    {"_process_iter", FUNCTION(module_process_iter), METH_FASTCALL, NULL},
    {"_process_iter_clear", module_process_iter_clear, METH_NOARGS,
     PyDoc_STR("_process_iter_clear($module, /)\n--\n\nForgets all instances.")},
    {"_wait_procs", FUNCTION(module_wait_procs), METH_FASTCALL, NULL},
    {NULL},
};

static int module_exec(PyObject *module)
{
    module_state *state = state_of(module);
    state->module = module;
    state->procfs_name = PyUnicode_InternFromString("PROCFS_PATH");
    state->process_name = PyUnicode_InternFromString("Process");
    state->pids_name = PyUnicode_InternFromString("pids");
    if (!state->procfs_name || !state->process_name || !state->pids_name ||
        exceptions_add(state) < 0 || PyModule_AddFunctions(module, cpu_functions) < 0 ||
        PyModule_AddFunctions(module, disk_functions) < 0 ||
        PyModule_AddFunctions(module, net_functions) < 0 ||
        PyModule_AddFunctions(module, sensor_functions) < 0 ||
        PyModule_AddFunctions(module, system_functions) < 0 || process_add_types(module) < 0 ||
        forks_watch(module) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "libpsutil_version", psutil_version());
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = state_of(module);
    Py_VISIT(state->package);
    Py_VISIT(state->process_type);
    Py_VISIT(state->oneshot_type);
    Py_VISIT(state->iterator_type);
    Py_VISIT(state->iterated);
    Py_VISIT(state->as_dict);
    Py_VISIT(state->pids);
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        Py_VISIT(state->field_methods[i]);
    int rc = exceptions_traverse(state, visit, arg);
    if (rc != 0)
        return rc;
    for (int i = 0; i < TUPLE_COUNT; i++)
        Py_VISIT(atomic_load_explicit(&state->tuples[i].type, memory_order_relaxed));
    for (int i = 0; i < ENUMS_MAX; i++)
        for (int j = 0; j < ENUM_CACHED; j++)
            Py_VISIT(atomic_load_explicit(&state->enums[i].members[j], memory_order_relaxed));
    return 0;
}

static int module_clear(PyObject *module)
{
    module_state *state = state_of(module);
    Py_CLEAR(state->package);
    Py_CLEAR(state->pids);
    process_free(state);
    exceptions_clear(state);
    for (int i = 0; i < TUPLE_COUNT; i++)
        Py_XDECREF(atomic_exchange(&state->tuples[i].type, NULL));
    for (int i = 0; i < ENUMS_MAX; i++)
        for (int j = 0; j < ENUM_CACHED; j++)
            Py_XDECREF(atomic_exchange(&state->enums[i].members[j], NULL));
    return 0;
}

static void module_free(void *module)
{
    module_state *state = state_of(module);
    if (!state)
        return;
    module_clear(module);
    Py_CLEAR(state->procfs_name);
    Py_CLEAR(state->process_name);
    Py_CLEAR(state->pids_name);
    contexts_free(state);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
#if PY_VERSION_HEX >= 0x030c0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030d0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

struct PyModuleDef psutil_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "psutil._psutil",
    .m_doc = PyDoc_STR("The compiled part of psutil."),
    .m_size = sizeof(module_state),
    .m_methods = module_functions,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__psutil(void);

PyMODINIT_FUNC PyInit__psutil(void)
{
    return PyModuleDef_Init(&psutil_module);
}
