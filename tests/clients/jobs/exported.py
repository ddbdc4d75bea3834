"""A program's figures and the system's, as OpenTelemetry exports them."""
from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

reader = InMemoryMetricReader()
SystemMetricsInstrumentor().instrument(meter_provider=MeterProvider(metric_readers=[reader]))
reader.get_metrics_data()  # percentages are since the last time
(resource,) = reader.get_metrics_data().resource_metrics
known = {metric.name: [point.value for point in metric.data.data_points]
         for scope in resource.scope_metrics for metric in scope.metrics}
assert sum(known["system.cpu.time"]) > 0
assert sum(known["system.memory.usage"]) > 1 << 20
assert all(0 <= part <= 1 for part in known["system.memory.utilization"])
assert known["process.memory.usage"][0] > 1 << 20
assert known["process.open_file_descriptor.count"][0] >= 3
assert {"system.network.io", "system.disk.io", "system.swap.usage", "system.thread_count"} <= set(known)
print("fine")
