/* Network: counters, sockets, interfaces and their addresses. */
#include "counters.h"

static int nic_total(void *out, psutil *ctx, psutil_nowrap *nowrap)
{
    return psutil_net_io_counters(out, ctx, nowrap);
}

static int nic_each(any_list **out, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_snetio_list *list;
    int rc = psutil_net_io_counters_pernic(&list, ctx, nowrap);
    if (rc == 0)
        *out = (any_list *)(void *)list;
    return rc;
}

static PyObject *net_io_counters(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                 PyObject *kwnames)
{
    static const counter_kind kind = {TUPLE_snetio, nic_total, nic_each};
    PyObject *values[2];
    bool each, nowrap;
    if (arguments(SIGNATURE("net_io_counters", 0, "pernic", "nowrap"), args, nargs, kwnames,
                  values) < 0 ||
        flag_of(values[0], false, &each) < 0 || flag_of(values[1], true, &nowrap) < 0)
        return NULL;
    module_state *state = state_of(module);
    context_node *node = context_node_for(state);
    return node ? counters_get(state, &kind, node->ctx, &node->nics, each, nowrap) : NULL;
}

static PyObject *net_io_clear(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    for (context_node *node = contexts_first(state_of(module)); node; node = node->next)
        counters_clear(&node->nics);
    Py_RETURN_NONE;
}

int conn_kind_of(PyObject *kind, unsigned *set)
{
    const char *name = !kind ? "inet" : PyUnicode_Check(kind) ? PyUnicode_AsUTF8(kind) : NULL;
    if (!name && PyErr_Occurred())
        PyErr_Clear(); /* surrogates: no kind is called so */
    *set = name ? psutil_conn_kind_find(name) : 0;
    if (*set)
        return 0;
    PyErr_Format(PyExc_ValueError,
                 "invalid kind argument %R; valid ones are: ('all', 'tcp', 'tcp4', 'udp', 'udp4', "
                 "'inet', 'inet4', 'inet6', 'tcp6', 'udp6', 'unix')",
                 kind);
    return -1;
}

PyObject *connections_from(module_state *state, tuple_id id, psutil_sconn_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        psutil_sconn *conn = &list->items[i];
        if (conn->fd == PSUTIL_UNKNOWN)
            conn->fd = -1;
        if (conn->family == PSUTIL_AF_UNIX && !conn->laddr.path)
            conn->laddr.path = "";
        if (conn->family == PSUTIL_AF_UNIX && !conn->raddr.path)
            conn->raddr.path = "";
    }
    PyObject *result = list_to_tuples(state, id, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *net_connections(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                 PyObject *kwnames)
{
    PyObject *kind;
    unsigned set;
    if (arguments(SIGNATURE("net_connections", 0, "kind"), args, nargs, kwnames, &kind) < 0 ||
        conn_kind_of(kind, &set) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sconn_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_net_connections(&list, ctx, set);
    Py_END_ALLOW_THREADS
    return rc < 0 ? raise_from(state, ctx, rc) : connections_from(state, TUPLE_sconn, list);
}

/* psutil's dictionary has the interfaces in the order of their first addresses' families, which is
 * the order within each interface as well. There are few: sorted by insertion, which is stable. */
static void sort_by_family(psutil_snicaddr *items, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        psutil_snicaddr item = items[i];
        size_t place = i;
        for (; place > 0 && items[place - 1].family > item.family; place--)
            items[place] = items[place - 1];
        items[place] = item;
    }
}

static PyObject *net_if_addrs(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_snicaddr_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_net_if_addrs(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    sort_by_family(list->items, list->len);
    PyObject *result = list_to_groups(state, TUPLE_snicaddr, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *net_if_stats(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_snicstats_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_net_if_stats(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    for (size_t i = 0; i < list->len; i++) {
        psutil_snicstats *nic = &list->items[i];
        if (nic->speed == PSUTIL_UNKNOWN)
            nic->speed = 0;
        if (nic->duplex == PSUTIL_UNKNOWN)
            nic->duplex = PSUTIL_NIC_DUPLEX_UNKNOWN;
    }
    PyObject *result = list_to_dict(state, TUPLE_snicstats, list->items, list->len);
    psutil_free(list);
    return result;
}

#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)

PyMethodDef net_functions[] = {
    {"net_connections", FUNCTION(net_connections), KEYWORDS, NULL},
    {"net_if_addrs", net_if_addrs, METH_NOARGS, NULL},
    {"net_if_stats", net_if_stats, METH_NOARGS, NULL},
    {"net_io_counters", FUNCTION(net_io_counters), KEYWORDS, NULL},
    {"net_io_counters_clear", net_io_clear, METH_NOARGS, NULL},
    {NULL},
};
