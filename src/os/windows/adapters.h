/* The network adapters, which three functions tell about. */
#ifndef PS_ADAPTERS_H
#define PS_ADAPTERS_H

#include "os/windows/windows.h"

/* ws2tcpip.h comes before the others, which declare more with it. */
#include <ws2tcpip.h>

#include <iphlpapi.h>
#include <netioapi.h>

/* All adapters in `answer`, for ps_answer_free(); the first in `first`, NULL without any. */
int ps_adapters(psutil *ctx, struct ps_answer *answer, const IP_ADAPTER_ADDRESSES **first);

/* The row of one adapter's counters. False when it has gone. */
bool ps_adapter_row(const IP_ADAPTER_ADDRESSES *adapter, MIB_IF_ROW2 *row);

#endif
