# The job on Flink's official image, for the Flink Kubernetes Operator (flink-conf/kubernetes) or any application mode:
#
#   mvn -DskipTests package
#   docker build -t penstock:0.1.0 .
#
# The image brings Flink, RocksDB and the Prometheus reporter; only the job jar is added.
FROM flink:1.20.3-java17
COPY --chown=flink:flink target/penstock-job.jar /opt/flink/usrlib/penstock-job.jar
COPY LICENSE NOTICE /opt/flink/usrlib/
