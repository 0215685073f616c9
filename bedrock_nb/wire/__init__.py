"""The only place that knows boto3: opening a stream, reading it without loss, stopping it, naming what goes wrong."""
