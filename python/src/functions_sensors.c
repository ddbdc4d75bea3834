/* Sensors: temperatures, fans, battery. */
#include "module.h"

#include <math.h>

static double fahrenheit_of(double celsius)
{
    return celsius * 9 / 5 + 32;
}

/* psutil shows the one limit that there is as both. One of 0 degrees is none. */
static void fill_limits(psutil_shwtemp *sensor)
{
    bool high = !isnan(sensor->high) && sensor->high != 0;
    bool critical = !isnan(sensor->critical) && sensor->critical != 0;
    if (high && !critical)
        sensor->critical = sensor->high;
    else if (critical && !high)
        sensor->high = sensor->critical;
}

static PyObject *sensors_temperatures(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                      PyObject *kwnames)
{
    PyObject *value;
    bool fahrenheit;
    if (arguments(SIGNATURE("sensors_temperatures", 0, "fahrenheit"), args, nargs, kwnames,
                  &value) < 0 ||
        flag_of(value, false, &fahrenheit) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_shwtemp_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_sensors_temperatures(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP)
        return PyDict_New();
    if (rc < 0)
        return raise_from(state, ctx, rc);
    for (size_t i = 0; i < list->len; i++) {
        psutil_shwtemp *sensor = &list->items[i];
        if (fahrenheit) {
            sensor->current = fahrenheit_of(sensor->current);
            sensor->high = fahrenheit_of(sensor->high);
            sensor->critical = fahrenheit_of(sensor->critical);
        }
        fill_limits(sensor);
    }
    PyObject *result = list_to_groups(state, TUPLE_shwtemp, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *sensors_fans(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sfan_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_sensors_fans(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP)
        return PyDict_New();
    if (rc < 0)
        return raise_from(state, ctx, rc);
    PyObject *result = list_to_groups(state, TUPLE_sfan, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *seconds_left(module_state *state, int64_t seconds)
{
    if (seconds == PSUTIL_UNKNOWN)
        return package_attribute(state, "POWER_TIME_UNKNOWN");
    if (seconds == PSUTIL_POWER_TIME_UNLIMITED)
        return package_attribute(state, "POWER_TIME_UNLIMITED");
    return PyLong_FromLongLong(seconds);
}

static PyObject *sensors_battery(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sbattery battery;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_sensors_battery(&battery, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP)
        Py_RETURN_NONE;
    if (rc < 0)
        return raise_from(state, ctx, rc);
    PyObject *seconds = seconds_left(state, battery.secsleft);
    PyObject *result = seconds ? record_to_tuple(state, TUPLE_sbattery, &battery) : NULL;
    if (!result) {
        Py_XDECREF(seconds);
        return NULL;
    }
    PyObject *number = PyTuple_GET_ITEM(result, 1); /* secsleft; nobody else has the tuple yet */
    PyTuple_SET_ITEM(result, 1, seconds);
    Py_DECREF(number);
    return result;
}

PyMethodDef sensor_functions[] = {
    {"sensors_temperatures", FUNCTION(sensors_temperatures), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"sensors_fans", sensors_fans, METH_NOARGS, NULL},
    {"sensors_battery", sensors_battery, METH_NOARGS, NULL},
    {NULL},
};
